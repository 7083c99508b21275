// Procedures that use what an ABI allows and few procedures do.
#include <windows.h>

#define EXPORT __declspec(dllexport)

// Registers with something in the part that the result does not have: on x86-64 the upper half of RAX (Microsoft's
// "x64 calling convention", "Return values": its state is undefined), and of AL all but its eight bits.
#ifdef __x86_64__
#define DIRTY(name, low) __asm__(".globl " #name "\n" #name ":\n  movabsq $0xdeadbeef" low ", %rax\n  ret\n");
#else
#define DIRTY(name, low) __asm__(".globl _" #name "\n_" #name ":\n  movl $0x" low ", %eax\n  ret\n");
#endif
DIRTY(dirty_zero, "00000000")
DIRTY(dirty_one, "00000001")
DIRTY(dirty_minus, "ffffffff")
DIRTY(dirty_byte, "abcdef00")
DIRTY(dirty_status, "c0000008")
__asm__(".section .drectve\n"
        ".ascii \" -export:dirty_zero -export:dirty_one -export:dirty_minus -export:dirty_byte -export:dirty_status\"\n"
        ".text\n");

// 64 bits between 32: two registers, or two words of the stack, where registers have 32 bits.
EXPORT unsigned long long WINAPI mixed(unsigned a, unsigned long long b, unsigned c, long long d, unsigned char e) {
  return a + b * 3 + c * 5 + d * 7 + e * 11;
}

EXPORT double WINAPI doubles(float a, double b, int c) { return a + b * 2 + c * 4; }

struct pair {
  int a, b;
};
struct large {
  long long a, b, c;
};
EXPORT int WINAPI by_value(struct pair pair, struct large large, short last) {
  return pair.a + pair.b * 2 + (int)(large.a * 4 + large.b * 8 + large.c * 16) + last * 32;
}

EXPORT int WINAPI twenty(int a, int b, int c, int d, int e, int f, int g, int h, int i, int j, int k, int l, int m, int n,
                         int o, int p, int q, int r, int s, int t) {
  int all[] = {a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t}, sum = 0;
  for (int at = 0; at < 20; at++) sum += all[at] * (at + 1);
  return sum;
}

// Sets the last error, and fails where `fails` says so.
EXPORT BOOL WINAPI last_error(DWORD code, BOOL fails) {
  SetLastError(code);
  return !fails;
}

// Not a BOOL of 1: any number but zero is true.
EXPORT BOOL WINAPI turn(BOOL *flag) {
  *flag = *flag ? 0 : 256;
  return 2;
}

static int sum(const unsigned char *bytes) {
  int sum = 0;
  while (*bytes) sum = sum * 31 + *bytes++;
  return sum;
}
EXPORT int WINAPI TextA(const unsigned char *text) { return text ? sum(text) : -1; }
EXPORT int WINAPI text_of_bytes(const unsigned char *text) { return text ? sum(text) : -1; }
EXPORT int WINAPI TextW(const unsigned short *text) {
  int sum = 0;
  if (!text) return -1;
  while (*text) sum = sum * 31 + *text++;
  return sum;
}

EXPORT long WINAPI status(long code) { return code; }

// What has arrived: 100 for a pointer, and the number.
EXPORT unsigned WINAPI arrived(const unsigned *pointer, unsigned number) { return (pointer ? 100 : 0) + number; }

EXPORT unsigned WINAPI arrived_too(const unsigned *pointer, unsigned number) { return arrived(pointer, number); }

EXPORT const void *WINAPI nothing(void) { return NULL; }
