// How the kernel schedules a thread; 0 is the caller's.
//sysnb pub fn sched_getscheduler(tid: Pid) -> Result<Policy>

// The machine's load and memory.
//sysnb pub fn sysinfo(out info: Sysinfo) -> Result<Sysinfo>
