//! What the server does to its workers through the operating system, and a worker to itself.

#[cfg(unix)]
mod system {
    use rustix::process::{Pid, Resource, Rlimit, Signal};
    use std::time::Duration;

    /// What this process takes before anybody says how much it may, where the system does not tell.
    const TAKEN: u64 = 512 << 20;

    /// Bounds the memory that this process may write to, in bytes beyond what it takes already, and forbids it to leave a
    /// core behind.
    pub fn limit(memory: u64) -> std::io::Result<()> {
        let memory = memory + taken().unwrap_or(TAKEN);
        let limit = |most: u64| Rlimit { current: Some(most), maximum: Some(most) };
        rustix::process::setrlimit(Resource::Data, limit(memory))?;
        rustix::process::setrlimit(Resource::Core, limit(0))?;
        Ok(())
    }

    /// The memory that this process may write to, touched or not: the stacks of threads are part of it.
    #[expect(clippy::disallowed_methods, reason = "the system tells it in a file")]
    fn taken() -> Option<u64> {
        let status = std::fs::read_to_string("/proc/self/status").ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmData:"))?;
        let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
        Some(kilobytes << 10)
    }

    /// The processor time that a process has taken.
    #[expect(clippy::disallowed_methods, reason = "the system tells it in a file")]
    pub fn busy_for(process: u32) -> Option<Duration> {
        let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        // After the name, which may hold anything, the twelfth and thirteenth fields: hundredths of a second.
        let mut fields = stat.rsplit_once(')')?.1.split_ascii_whitespace().skip(11);
        let (user, system): (u64, u64) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
        Some(Duration::from_millis((user + system) * 10))
    }

    fn signal(process: u32, signal: Signal) {
        // A process that has gone needs no signal.
        let _ = i32::try_from(process)
            .ok()
            .and_then(Pid::from_raw)
            .map(|process| rustix::process::kill_process(process, signal));
    }

    /// Standard output without the buffer that looks for line ends.
    pub fn output() -> std::io::Result<std::fs::File> {
        use std::os::fd::AsFd;
        Ok(std::io::stdout().as_fd().try_clone_to_owned()?.into())
    }

    /// The process that started this one; another once that has ended.
    pub fn parent() -> Option<u32> {
        Some(std::os::unix::process::parent_id())
    }

    /// Halts a process.
    pub fn pause(process: u32) {
        signal(process, Signal::STOP);
    }

    /// Lets it go on.
    pub fn resume(process: u32) {
        signal(process, Signal::CONT);
    }

    /// Ends this process at once: nothing of it is wanted any more, and nothing is to be tidied.
    pub fn end() {
        signal(std::process::id(), Signal::KILL);
    }

    /// The signal by which a process ended.
    pub fn ended_by(status: std::process::ExitStatus) -> Option<i32> {
        std::os::unix::process::ExitStatusExt::signal(&status)
    }

    /// How an allocator ends a process that it refuses memory.
    pub const ABORTED: i32 = Signal::ABORT.as_raw();
    /// How the system ends a process whose stack is full, or whom it finds too large.
    pub const CRASHED: [i32; 3] = [Signal::SEGV.as_raw(), Signal::BUS.as_raw(), Signal::KILL.as_raw()];
}

#[cfg(not(unix))]
mod system {
    /// There is no such bound here: the deadline alone holds.
    pub fn limit(_: u64) -> std::io::Result<()> {
        Ok(())
    }

    /// Standard output without the buffer that looks for line ends.
    pub fn output() -> std::io::Result<std::fs::File> {
        use std::os::windows::io::AsHandle;
        Ok(std::io::stdout().as_handle().try_clone_to_owned()?.into())
    }

    /// It is not told here.
    pub fn parent() -> Option<u32> {
        None
    }

    /// It is not told here.
    pub fn busy_for(_: u32) -> Option<std::time::Duration> {
        None
    }

    /// There is no such thing here: what is slow runs on to its deadline.
    pub fn pause(_: u32) {}

    /// Nothing was halted.
    pub fn resume(_: u32) {}

    /// Ends this process at once.
    pub fn end() {
        std::process::exit(0);
    }

    /// There are no signals here.
    pub fn ended_by(_: std::process::ExitStatus) -> Option<i32> {
        None
    }

    /// No signal has that number.
    pub const ABORTED: i32 = -1;
    /// No signal has these numbers.
    pub const CRASHED: [i32; 0] = [];
}

pub use system::{ABORTED, CRASHED, busy_for, end, ended_by, limit, output, parent, pause, resume};
