//! The parent's side of a worker: a child process, a socket, and a pipe with its output.

use std::fs::File;
use std::io::{self, IoSlice, Read};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use data_review_core::{Class, Failure, Limits};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::net::{AddressFamily, SendAncillaryBuffer, SendAncillaryMessage, SocketFlags, SocketType};
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

use super::wire::{self, Done, Frames};
use super::{Job, Meanwhile, StartError, WorkerCommand, death};

/// The bytes of output that are kept; the last ones show why a worker died.
const STDERR: usize = 4 << 10;
/// A pipe holds 64 KiB; more reads than this mean that the worker writes as fast as the parent reads.
const MOST_READS: u32 = 64;
/// The longest time that a start may take: normally milliseconds, more on a machine that swaps.
const START: Duration = Duration::from_secs(60);
/// The longest time from the end of the socket to the end of the process.
const EXIT: Duration = Duration::from_secs(2);
/// The time between two checks of a waiting parent.
const TICK: Duration = Duration::from_millis(100);
/// A review that makes progress may take this many times its limit of processor time, because disks and networks are slow.
const WALL_FACTOR: u32 = 10;

/// Address space that the allocator of a worker reserves at once. By default it is a gibibyte, which the limits of a worker do not
/// allow.
const RESERVE: (&str, &str) = ("MIMALLOC_ARENA_RESERVE", "64M");

/// Without `SOCK_CLOEXEC`, a worker that is started at the same moment would inherit the socket of another one.
static STARTING: Mutex<()> = Mutex::new(());

/// Why a worker gives no answer.
#[derive(Debug)]
pub(super) enum Ended {
    /// It made no progress for too long.
    Stalled,
    /// It made progress for too many seconds.
    TooLong(u64),
    /// It sent an invalid answer.
    Garbage(String),
    /// It closed the socket, but did not end.
    Closed,
    /// The process ended.
    Exited,
    /// The parent cancelled the job.
    Cancelled,
}

/// The end of a worker that gave no answer.
#[derive(Debug)]
pub(super) struct Death {
    /// The failure of its file.
    pub(super) failure: Failure,
    /// Whether the cause may be outside of the file: the worker had reviewed another one before, or was killed from outside.
    pub(super) in_doubt: bool,
}

/// A child process that was ready at least once. Dropping it kills the process.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    socket: OwnedFd,
    frames: Frames,
    /// The number of jobs that were sent.
    jobs: u64,
    stderr: Option<ChildStderr>,
    said: Vec<u8>,
    status: Option<ExitStatus>,
}

impl Process {
    /// Starts a worker and waits until it is ready.
    pub(super) fn start(command: &WorkerCommand) -> Result<Self, StartError> {
        let failed = |reason: String| StartError {
            program: command.program.clone(),
            reason,
        };
        let mut process = Self::spawn(command).map_err(|error| failed(error.to_string()))?;
        let began = Instant::now();
        loop {
            match process.frames.next() {
                Ok(Some((wire::READY, payload))) if payload == wire::PROTOCOL.to_le_bytes() => {
                    return Ok(process);
                }
                Ok(None) => {}
                Ok(Some(_)) | Err(_) => {
                    return Err(failed("it is another version of the program".to_owned()));
                }
            }
            let heard = process.hear(TICK).map_err(|error| failed(error.to_string()))?;
            if heard == Heard::End {
                process.reap();
                let status = process
                    .status
                    .map_or_else(|| "closed its socket".to_owned(), |status| status.to_string());
                let said = String::from_utf8_lossy(&process.said).trim().to_owned();
                return Err(failed(
                    format!("it ended before it was ready ({status}) {said}")
                        .trim_end()
                        .to_owned(),
                ));
            }
            if began.elapsed() > START {
                return Err(failed(format!("it was not ready after {} s", START.as_secs())));
            }
        }
    }

    fn spawn(command: &WorkerCommand) -> io::Result<Self> {
        let starting = STARTING.lock().unwrap_or_else(PoisonError::into_inner);
        let (socket, theirs) = socket_pair()?;
        let mut child = Command::new(&command.program)
            .args(&command.args)
            .env_clear()
            .env(RESERVE.0, RESERVE.1)
            .current_dir("/")
            // In a group of its own: Ctrl-C reaches only the parent, and processes that the worker starts are killed with it.
            .process_group(0)
            .stdin(Stdio::from(theirs))
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()?;
        drop(starting);
        let stderr = child.stderr.take();
        let process = Process {
            child,
            socket,
            frames: Frames::default(),
            jobs: 0,
            stderr,
            said: Vec::new(),
            status: None,
        };
        if let Some(stderr) = &process.stderr {
            rustix::io::ioctl_fionbio(stderr, true)?;
        }
        Ok(process)
    }

    /// Sends a job with the descriptor of its file.
    ///
    /// # Errors
    /// If the worker ended, or sent something without a job, which could be mistaken for the answer.
    pub(super) fn send(&mut self, job: &Job<'_>, file: &File) -> io::Result<()> {
        if self.frames.receive(&self.socket)?.is_some() || !self.frames.is_empty() {
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        self.jobs += 1;
        let frame = wire::JobHeader::new(self.jobs, job).to_frame()?;
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut control = SendAncillaryBuffer::new(&mut space);
        let descriptors = [file.as_fd()];
        control.push(SendAncillaryMessage::ScmRights(&descriptors));
        let sent = loop {
            match rustix::net::sendmsg(
                &self.socket,
                &[IoSlice::new(&frame)],
                &mut control,
                wire::SEND_FLAGS,
            ) {
                Err(rustix::io::Errno::INTR) => {}
                sent => break sent?,
            }
        };
        wire::send_all(&self.socket, &frame[sent..])
    }

    /// Waits for the answer to the job that was sent.
    pub(super) fn wait(&mut self, limits: &Limits, meanwhile: &mut dyn Meanwhile) -> Result<Done, Ended> {
        let began = Instant::now();
        let stall = Duration::from_secs(limits.stall_seconds.into());
        let most = Duration::from_secs(u64::from(limits.cpu_seconds.saturating_mul(WALL_FACTOR))) + stall;
        let mut moved = began;
        let mut looked = began;
        let mut busy = true;
        loop {
            busy = busy && meanwhile.step();
            let patience = if busy {
                Duration::ZERO
            } else {
                TICK.min(stall.saturating_sub(moved.elapsed()))
            };
            let heard = self
                .hear(patience)
                .map_err(|error| Ended::Garbage(error.to_string()))?;
            if heard != Heard::Nothing {
                moved = Instant::now();
            }
            while let Some((kind, payload)) = self.frames.next().map_err(Ended::Garbage)? {
                match kind {
                    wire::PROGRESS => {}
                    wire::DONE => {
                        let done = Done::of_payload(payload).map_err(Ended::Garbage)?;
                        if done.number != self.jobs {
                            return Err(Ended::Garbage("the answer to another job".to_owned()));
                        }
                        return Ok(done);
                    }
                    other => return Err(Ended::Garbage(format!("a frame of kind {other}"))),
                }
            }
            if heard == Heard::End {
                return Err(if self.reap() { Ended::Exited } else { Ended::Closed });
            }
            if moved.elapsed() >= stall {
                return Err(Ended::Stalled);
            }
            if began.elapsed() >= most {
                return Err(Ended::TooLong(most.as_secs()));
            }
            if looked.elapsed() >= TICK {
                looked = Instant::now();
                if meanwhile.is_cancelled() {
                    return Err(Ended::Cancelled);
                }
            }
        }
    }

    /// Kills the worker if it still runs, and determines why it died.
    pub(super) fn bury(mut self, ended: &Ended, limits: &Limits) -> Death {
        self.end();
        self.drain_stderr();
        let failure = death::failure(ended, self.status, &self.said, limits);
        let killed = matches!(ended, Ended::Exited)
            && self.status.and_then(|status| status.signal()) == Some(Signal::KILL.as_raw());
        // The time of each file counts separately.
        let in_doubt = killed || (self.jobs > 1 && failure.class != Class::TimedOut);
        Death { failure, in_doubt }
    }

    /// Waits a while for frames, and reads the output in the meantime, so that the worker does not block.
    fn hear(&mut self, patience: Duration) -> io::Result<Heard> {
        let mut descriptors = vec![PollFd::new(&self.socket, PollFlags::IN)];
        descriptors.extend(
            self.stderr
                .as_ref()
                .map(|stderr| PollFd::new(stderr, PollFlags::IN)),
        );
        let patience = Timespec {
            tv_sec: 0,
            tv_nsec: i64::from(patience.min(TICK).subsec_nanos()) as _,
        };
        match poll(&mut descriptors, Some(&patience)) {
            Ok(0) | Err(rustix::io::Errno::INTR) => return Ok(Heard::Nothing),
            Ok(_) => {}
            Err(error) => return Err(error.into()),
        }
        let socket_has = !descriptors[0].revents().is_empty();
        let stderr_has = descriptors
            .get(1)
            .is_some_and(|stderr| !stderr.revents().is_empty());
        drop(descriptors);
        if stderr_has {
            self.read_stderr();
        }
        if !socket_has {
            return Ok(Heard::Nothing);
        }
        Ok(match self.frames.receive(&self.socket)? {
            None => Heard::Nothing,
            Some(0) => Heard::End,
            Some(_) => Heard::Bytes,
        })
    }

    /// Reads output. True if there may be more.
    fn read_stderr(&mut self) -> bool {
        let Some(stderr) = &mut self.stderr else {
            return false;
        };
        let mut buffer = [0; 16 << 10];
        match stderr.read(&mut buffer) {
            Ok(0) => self.stderr = None,
            Ok(n) => {
                self.said.extend_from_slice(&buffer[..n]);
                let excess = self.said.len().saturating_sub(STDERR);
                self.said.drain(..excess);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return false,
            Err(_) => self.stderr = None,
        }
        self.stderr.is_some()
    }

    /// Waits a little for the process to end by itself. True if it did.
    fn reap(&mut self) -> bool {
        let began = Instant::now();
        while !self.has_exited() {
            self.drain_stderr();
            if began.elapsed() >= EXIT {
                return false;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        self.end();
        true
    }

    /// Checks without collecting the status, so that the process id, which is also that of its group, is not reused.
    fn has_exited(&self) -> bool {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        self.pid()
            .is_none_or(|pid| !matches!(waitid(WaitId::Pid(pid), options), Ok(None)))
    }

    fn pid(&self) -> Option<Pid> {
        i32::try_from(self.child.id()).ok().and_then(Pid::from_raw)
    }

    /// Kills the worker and all processes that it started.
    fn end(&mut self) {
        if self.status.is_some() {
            return;
        }
        if let Some(group) = self.pid() {
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.child.kill();
        self.status = self.child.wait().ok();
    }

    fn drain_stderr(&mut self) {
        for _ in 0..MOST_READS {
            if !self.read_stderr() {
                return;
            }
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Heard {
    Nothing,
    Bytes,
    End,
}

fn socket_pair() -> io::Result<(OwnedFd, OwnedFd)> {
    #[cfg(not(target_vendor = "apple"))]
    let flags = SocketFlags::CLOEXEC;
    #[cfg(target_vendor = "apple")]
    let flags = SocketFlags::empty();
    let pair = rustix::net::socketpair(AddressFamily::UNIX, SocketType::STREAM, flags, None)?;
    #[cfg(target_vendor = "apple")]
    for socket in [&pair.0, &pair.1] {
        rustix::io::fcntl_setfd(socket, rustix::io::FdFlags::CLOEXEC)?;
        rustix::net::sockopt::set_socket_nosigpipe(socket, true)?;
    }
    Ok(pair)
}
