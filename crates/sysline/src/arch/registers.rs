//! The general registers of a stopped thread, as PTRACE_GETREGSET with NT_PRSTATUS gives them (ptrace(2)). Owns: how an
//! architecture's struct is made, and what is said of it the same everywhere. Which registers there are and which of
//! them a system call uses is in the architectures' files.

/// Makes `Registers`: its fields, and the places of what every architecture has. A place is in brackets, without
/// `self`.
macro_rules! registers {
    (
        $(#[$attr:meta])*
        struct { $($field:ident: $ty:ty,)* }
        instruction_pointer: [$($instruction:tt)+];
        stack_pointer: [$($stack:tt)+];
        syscall_number: [$($number:tt)+];
        args: [$($a0:tt)+] [$($a1:tt)+] [$($a2:tt)+] [$($a3:tt)+] [$($a4:tt)+] [$($a5:tt)+];
        first_arg_too: $([$($too:tt)+])?;
        return_value: [$($result:tt)+] $(negated: $flag:path)?;
    ) => {
        /// The general registers of a stopped thread, under the kernel's own names; what they mean is the
        /// architecture's to say. The methods mean the same on each.
        ///
        $(#[$attr])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(C)]
        #[allow(missing_docs)] // a register's name says all that can be said here
        pub struct Registers { $(pub $field: $ty,)* }

        impl Registers {
            /// The address of the instruction that is next.
            pub const fn instruction_pointer(&self) -> usize {
                self.$($instruction)+
            }

            /// Sets the address of the instruction that is next.
            pub const fn set_instruction_pointer(&mut self, address: usize) {
                self.$($instruction)+ = address;
            }

            /// The address of the stack's top.
            pub const fn stack_pointer(&self) -> usize {
                self.$($stack)+
            }

            /// Sets the address of the stack's top.
            pub const fn set_stack_pointer(&mut self, address: usize) {
                self.$($stack)+ = address;
            }

            /// The number of the system call that the thread enters, where it has stopped at an entry. At an exit some
            /// architectures have lost it.
            ///
            /// To make it another call there is [`set_syscall_number`](crate::ptrace::set_syscall_number).
            pub const fn syscall_number(&self) -> usize {
                self.$($number)+
            }

            /// Sets the register of that number.
            #[allow(dead_code)] // not everywhere does it change the call
            pub(crate) const fn set_syscall_number(&mut self, number: usize) {
                self.$($number)+ = number;
            }

            /// The arguments of the system call that the thread enters. At an exit aarch64 and riscv have lost the
            /// first, and newer kernels for riscv at an entry too:
            /// [`get_syscall_info`](crate::ptrace::get_syscall_info) has it.
            pub const fn args(&self) -> [usize; 6] {
                [
                    self.$($a0)+,
                    self.$($a1)+,
                    self.$($a2)+,
                    self.$($a3)+,
                    self.$($a4)+,
                    self.$($a5)+,
                ]
            }

            /// Sets the arguments of the system call that the thread enters. Newer kernels for riscv leave the first
            /// as it is: [`set_syscall_info`](crate::ptrace::set_syscall_info) sets it.
            pub const fn set_args(&mut self, args: [usize; 6]) {
                $(self.$($too)+ = args[0];)?
                self.$($a0)+ = args[0];
                self.$($a1)+ = args[1];
                self.$($a2)+ = args[2];
                self.$($a3)+ = args[3];
                self.$($a4)+ = args[4];
                self.$($a5)+ = args[5];
            }

            /// What the system call returns that the thread leaves: from -4095 to -1 it is an error, on every
            /// architecture.
            pub fn return_value(&self) -> isize {
                let value = self.$($result)+ as isize;
                $(if $flag(&mut { *self }).is_some_and(|(place, bits)| *place & bits != 0) {
                    return value.wrapping_neg();
                })?
                value
            }

            /// Sets what the system call returns that the thread leaves: an error where it is from -4095 to -1.
            pub fn set_return_value(&mut self, value: isize) {
                #[allow(unused_mut)] // only some architectures have a flag
                let mut value = value;
                $(if let Some((place, bits)) = $flag(self) {
                    if matches!(value, -4095..=-1) {
                        *place |= bits;
                        value = -value;
                    } else {
                        *place &= !bits;
                    }
                })?
                self.$($result)+ = value as usize;
            }
        }
    };
}

/// How the number of the call that a thread enters is changed.
#[allow(dead_code)] // an architecture has one way
pub(crate) enum SetNumber {
    /// In its register.
    Register,
    /// By a request of ptrace(2), with the number as its data.
    Request(u32),
    /// In a set of registers of its own, an `int`.
    Set(u32),
}
