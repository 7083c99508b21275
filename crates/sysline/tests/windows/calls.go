// Lines as they stand in Go's files: WSARecv and WSASocket are those of the article on Go's Windows system calls.
package windows

// WSAStartup returns its error.
//sys	WSAStartup(version uint32, data *WSADATA) (sockerr error) = ws2_32.WSAStartup
//sys   WSARecv(s Handle, bufs *WSABuf, bufcnt uint32, recvd *uint32, flags *uint32, overlapped *Overlapped, croutine *byte) (err error) [failretval==socket_error] = ws2_32.WSARecv
//sys WSASocket(af int32, tp int32, protocol int32, protocolInfo *WSAPROTOCOL_INFO, g GROUP, flags uint32) (socket Handle, err error) [failretval==invalid_socket] = ws2_32.WSASocketW
//sys closesocket(s Handle) (err error) [failretval==socket_error] = ws2_32.closesocket
//sys	CreateDirectory(path string, attributes uintptr) (err error) = CreateDirectoryW
//sys	GetCurrentProcessId() (pid uint32)
//sys	regOpenKey(key HKEY, subkey string, options uint32, access uint32, result *HKEY) (regerrno error) = advapi32.RegOpenKeyExW
//sys	RegCloseKey(key HKEY) (ret syscall.Errno) = advapi32.RegCloseKey
//sys	goNtClose(handle uintptr) (ntstatus error) = ntdll.NtClose
//sys	createMutex(attributes uintptr, owner bool, name string) (mutex uintptr, err error)[failretval == 0 || e1 == ERROR_ALREADY_EXISTS] = kernel32.CreateMutexW
//sys	closeHandle(handle uintptr) (err error) [] = CloseHandle
//sys	systemFunction036(bytes []byte) (err error) [failretval&0xff==0] = advapi32.SystemFunction036
//sys	findExecutable(file string, directory *uint16, result *uint16) (instance uintptr, err error) [failretval<=32] = shell32.FindExecutableW
//sys	waitForSingleObject(handle uintptr, ms uint32) (event uint32, err error) [failretval==^uint32(0)] = WaitForSingleObject
//sys	getModuleHandle(name string) (module *byte, err error) [failretval==nil] = GetModuleHandleA
//sys	getProcAddress(module *byte, name string) (address unsafe.Pointer, err error) = GetProcAddress
//sys	checkRemoteDebuggerPresent(process uintptr, present *bool) (err error) = CheckRemoteDebuggerPresent
//sys	isDebuggerPresent() (present bool) = IsDebuggerPresent
//sys	noSuchProcedure(n uint32) (err error) = kernel32.NoSuchProcedure?
//sys	noSuchVoid() = nosuchdll.NoSuchVoid?
//sys	noSuchStatus() (ntstatus error) = ntdll.NoSuchStatus?
//sys	getTickCount64() (ms uint64) = kernel32.GetTickCount64?
