// Lines as they stand in Go's files: WSARecv and WSASocket are those of the article on Go's Windows system calls.
package windows

// WSAStartup returns its error, so that it is no `err error`.
//sys	WSAStartup(version uint32, data *WSADATA) (code int32) = ws2_32.WSAStartup
//sys   WSARecv(s Handle, bufs *WSABuf, bufcnt uint32, recvd *uint32, flags *uint32, overlapped *Overlapped, croutine *byte) (err error) [failretval==socket_error] = ws2_32.WSARecv
//sys WSASocket(af int32, tp int32, protocol int32, protocolInfo *WSAPROTOCOL_INFO, g GROUP, flags uint32) (socket Handle, err error) [failretval==invalid_socket] = ws2_32.WSASocketW
//sys closesocket(s Handle) (err error) [failretval==socket_error] = ws2_32.closesocket
//sys	CreateDirectory(path string, attributes uintptr) (err error) = CreateDirectoryW
//sys	GetCurrentProcessId() (pid uint32)
