//! Tasks on their way to the lanes.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// A bounded queue that knows how many of its tasks are not settled yet, wherever they are: they may come back.
pub(super) struct Queue<T> {
    state: Mutex<State<T>>,
    /// There is a task to take, or there will be none.
    work: Condvar,
    /// There is room for tasks.
    room: Condvar,
    capacity: usize,
}

struct State<T> {
    waiting: VecDeque<T>,
    /// More may be pushed.
    open: bool,
    /// Pushed and not settled.
    outstanding: usize,
    stopped: bool,
    /// Who waits for work, and who for room: a call to wake nobody costs as much as one that wakes somebody.
    takers: usize,
    pushers: usize,
}

impl<T> Queue<T> {
    pub(super) fn new(capacity: usize) -> Self {
        let state = State {
            waiting: VecDeque::new(),
            open: true,
            outstanding: 0,
            stopped: false,
            takers: 0,
            pushers: 0,
        };
        Queue {
            state: Mutex::new(state),
            work: Condvar::new(),
            room: Condvar::new(),
            capacity,
        }
    }

    /// No invariant spans a panic: every method leaves the state whole.
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// At most this many wait when there is room again, so that whoever pushes sleeps through several tasks.
    fn half(&self) -> usize {
        self.capacity / 2
    }

    /// Adds a task when there is room; false when nobody will take it any more.
    pub(super) fn push(&self, task: T) -> bool {
        let mut state = self.lock();
        if state.waiting.len() >= self.capacity {
            state.pushers += 1;
            while state.waiting.len() > self.half() && !state.stopped {
                state = wait(&self.room, state);
            }
            state.pushers -= 1;
        }
        if state.stopped {
            return false;
        }
        state.outstanding += 1;
        state.waiting.push_back(task);
        if state.takers > 0 {
            self.work.notify_one();
        }
        true
    }

    /// Puts an unsettled task back, before all others; never waits.
    pub(super) fn put_back(&self, task: T) {
        self.lock().waiting.push_front(task);
        self.work.notify_one();
    }

    /// The next task; none when there will be none.
    pub(super) fn pop(&self) -> Option<T> {
        let mut state = self.lock();
        loop {
            if state.stopped || (!state.open && state.outstanding == 0) {
                return None;
            }
            if let Some(task) = state.waiting.pop_front() {
                if state.pushers > 0 && state.waiting.len() <= self.half() {
                    self.room.notify_one();
                }
                return Some(task);
            }
            state.takers += 1;
            state = wait(&self.work, state);
            state.takers -= 1;
        }
    }

    /// A task that was popped has come to its end.
    pub(super) fn settle(&self) {
        let mut state = self.lock();
        state.outstanding = state.outstanding.saturating_sub(1);
        if !state.open && state.outstanding == 0 {
            self.work.notify_all();
        }
    }

    /// No more pushes.
    pub(super) fn close(&self) {
        self.lock().open = false;
        self.work.notify_all();
    }

    /// Whether there is nothing left but `held` tasks that the caller is about to settle.
    pub(super) fn awaits_only(&self, held: usize) -> bool {
        let state = self.lock();
        !state.open && state.outstanding == held
    }

    /// Drops what waits, and lets nobody wait any more.
    pub(super) fn stop(&self) {
        let mut state = self.lock();
        state.stopped = true;
        state.waiting.clear();
        self.work.notify_all();
        self.room.notify_all();
    }
}

fn wait<'s, S>(what: &Condvar, state: MutexGuard<'s, S>) -> MutexGuard<'s, S> {
    what.wait(state).unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_when_all_is_settled_and_not_before() {
        let queue = Queue::new(1);
        std::thread::scope(|scope| {
            let taker = scope.spawn(|| {
                let mut taken = Vec::new();
                while let Some(n) = queue.pop() {
                    taken.push(n);
                    if n == 2 && taken.len() < 4 {
                        queue.put_back(20);
                    } else {
                        queue.settle();
                    }
                }
                taken
            });
            for n in 1..=3 {
                assert!(queue.push(n));
            }
            queue.close();
            assert_eq!(taker.join().unwrap(), [1, 2, 20, 3]);
        });
        assert!(queue.awaits_only(0));
    }

    #[test]
    fn stopping_wakes_everybody() {
        let queue = Queue::new(1);
        std::thread::scope(|scope| {
            let pusher = scope.spawn(|| (queue.push(1), queue.push(2)));
            while queue.lock().waiting.is_empty() {
                std::thread::yield_now();
            }
            queue.stop();
            assert!(!pusher.join().unwrap().1);
            assert!(queue.pop().is_none());
        });
    }
}
