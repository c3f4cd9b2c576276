//! What a process takes of the machine, as the kernel counts it (proc(5)).

use std::fs;
use std::time::Duration;

use serde::Serialize;

/// What a process had taken at one moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Taken {
    /// CPU time since its start, in seconds.
    pub cpu_s: f64,
    /// For how long its threads were ready and had to wait for a core, in seconds.
    pub waited_s: f64,
    /// Resident memory in KiB.
    pub rss_kb: u64,
    /// Open descriptors.
    pub fds: u64,
    /// Threads.
    pub threads: u64,
}

impl Taken {
    /// What a process has taken; `None` once it is gone.
    #[must_use]
    pub fn by(pid: u32) -> Option<Self> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
        let fds = fs::read_dir(format!("/proc/{pid}/fd")).ok()?.count() as u64;
        Some(Self {
            cpu_s: cpu_s(&stat)?,
            waited_s: waited_s(pid),
            rss_kb: field(&status, "VmRSS:")?,
            fds,
            threads: field(&status, "Threads:")?,
        })
    }
}

/// User and system time out of `/proc/PID/stat`.
#[expect(clippy::cast_precision_loss, reason = "ticks of a process's life")]
fn cpu_s(stat: &str) -> Option<f64> {
    // The name may hold anything, so what counts begins behind its closing bracket.
    let mut fields = stat.get(stat.rfind(')')? + 1..)?.split_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some((user + system) as f64 / TICKS_PER_S)
}

/// What the scheduler says of all threads that live at this moment (Documentation/scheduler/sched-stats.rst).
#[expect(clippy::cast_precision_loss, reason = "nanoseconds of a run")]
fn waited_s(pid: u32) -> f64 {
    let Ok(tasks) = fs::read_dir(format!("/proc/{pid}/task")) else { return 0.0 };
    let of_task = |task: fs::DirEntry| {
        let stat = fs::read_to_string(task.path().join("schedstat")).ok()?;
        stat.split_whitespace().nth(1)?.parse::<u64>().ok()
    };
    let ns: u64 = tasks.filter_map(|task| of_task(task.ok()?)).sum();
    ns as f64 / 1e9
}

/// Of the time that a process was ready to run between two looks, the share in which it had to wait, from 0 to 1.
#[must_use]
pub fn waiting_share(earlier: &Taken, later: &Taken) -> f64 {
    let waited = (later.waited_s - earlier.waited_s).max(0.0);
    let ready = waited + (later.cpu_s - earlier.cpu_s).max(0.0);
    if ready < 0.1 { 0.0 } else { waited / ready }
}

/// `sysconf(_SC_CLK_TCK)`, which Linux fixes at 100 for user space.
const TICKS_PER_S: f64 = 100.0;

fn field(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find(|line| line.starts_with(name))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// How busy the whole machine was up to one moment.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Machine {
    busy_ticks: u64,
    all_ticks: u64,
    /// Datagrams that found a full receive buffer, in this network namespace.
    udp_drops: u64,
}

impl Machine {
    /// Looks at the machine.
    #[must_use]
    pub fn now() -> Self {
        let stat = fs::read_to_string("/proc/stat").unwrap_or_default();
        let snmp = fs::read_to_string("/proc/net/snmp").unwrap_or_default();
        let (busy_ticks, all_ticks) = ticks(&stat);
        Self { busy_ticks, all_ticks, udp_drops: receive_errors(&snmp) }
    }

    /// The share of all cores that was busy since an earlier look, from 0 to 1.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "ticks of a run")]
    pub fn busy_since(&self, earlier: &Self) -> f64 {
        let all = self.all_ticks.saturating_sub(earlier.all_ticks);
        if all == 0 { 0.0 } else { self.busy_ticks.saturating_sub(earlier.busy_ticks) as f64 / all as f64 }
    }

    /// Datagrams lost in full receive buffers since an earlier look.
    #[must_use]
    pub const fn udp_drops_since(&self, earlier: &Self) -> u64 {
        self.udp_drops.saturating_sub(earlier.udp_drops)
    }
}

/// Busy and all ticks of all cores out of `/proc/stat`. Time that the hypervisor took counts as busy; that of programs of a
/// lower priority does not, as they give way.
fn ticks(stat: &str) -> (u64, u64) {
    let Some(line) = stat.lines().find(|line| line.starts_with("cpu ")) else { return (0, 0) };
    let ticks: Vec<u64> = line.split_whitespace().skip(1).take(8).filter_map(|ticks| ticks.parse().ok()).collect();
    let all: u64 = ticks.iter().sum();
    // The second is of programs of a lower priority, the fourth idle, the fifth waits for disks.
    let free: u64 = [1, 3, 4].iter().filter_map(|column: &usize| ticks.get(*column)).sum();
    (all - free, all)
}

/// `RcvbufErrors` of UDP out of `/proc/net/snmp`, of both lines of which the first has the names.
fn receive_errors(snmp: &str) -> u64 {
    let mut lines = snmp.lines().filter(|line| line.starts_with("Udp:"));
    let (Some(names), Some(values)) = (lines.next(), lines.next()) else { return 0 };
    let mut pairs = names.split_whitespace().zip(values.split_whitespace());
    pairs.find(|(name, _)| *name == "RcvbufErrors").and_then(|(_, value)| value.parse().ok()).unwrap_or(0)
}

/// What the machine is, for whoever compares figures.
#[derive(Debug, Clone, Serialize)]
pub struct Environment {
    /// The processor as it calls itself.
    pub cpu: String,
    /// Cores.
    pub cores: usize,
    /// Memory in MiB.
    pub memory_mb: u64,
    /// The kernel's version.
    pub kernel: String,
}

impl Environment {
    /// Looks at the machine.
    #[must_use]
    pub fn here() -> Self {
        let cpus = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
        let name = cpus.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
        Self {
            cpu: name.trim_start_matches(['\t', ' ', ':']).to_owned(),
            cores: cores(),
            memory_mb: field(&memory, "MemTotal:").unwrap_or(0) / 1_024,
            kernel: fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default().trim().to_owned(),
        }
    }
}

/// How many cores there are.
#[must_use]
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// A share of one core, in percent.
#[must_use]
pub fn percent_of_core(cpu_s: f64, time: Duration) -> f64 {
    if time.is_zero() { 0.0 } else { 100.0 * cpu_s / time.as_secs_f64() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_read_even_with_an_odd_name() {
        let stat = "7 (a) b (c) S 1 7 7 0 -1 4194560 1 0 0 0 250 50 0 0 20 0 9 0 1 1 1";

        assert_eq!(cpu_s(stat), Some(3.0));
        assert_eq!(field("Name:\tx\nVmRSS:\t  4096 kB\nThreads:\t9\n", "VmRSS:"), Some(4_096));
        let own = Taken::by(std::process::id()).unwrap();
        assert!(own.rss_kb > 0 && own.fds > 0 && own.threads > 0);
        assert_eq!(Taken::by(u32::MAX), None);
    }

    #[test]
    fn waiting_is_a_share_of_being_ready() {
        let taken = |cpu_s, waited_s| Taken { cpu_s, waited_s, ..Taken::default() };

        assert!((waiting_share(&taken(1.0, 1.0), &taken(4.0, 2.0)) - 0.25).abs() < 1e-9);
        assert!(waiting_share(&taken(1.0, 1.0), &taken(1.01, 1.01)).abs() < 1e-9, "too little to say anything");
    }

    #[test]
    fn idle_time_is_not_busy_and_stolen_time_is() {
        let ticks =
            |nice, idle, stolen| super::ticks(&format!("cpu  10 {nice} 10 {idle} 20 0 0 {stolen} 0 0\ncpu0 1 1\n"));

        assert_eq!(ticks(0, 60, 0), (20, 100));
        assert_eq!(ticks(0, 40, 20), (40, 100));
        assert_eq!(ticks(60, 0, 0), (20, 100), "what gives way takes nothing");
    }

    #[test]
    fn full_buffers_are_found_by_the_name_of_their_column() {
        let snmp = "Udp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors\nUdp: 10 2 3 9 3\n";

        assert_eq!(receive_errors(snmp), 3);
        assert_eq!(receive_errors(""), 0);
    }
}
