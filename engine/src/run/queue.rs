//! The queue of tasks for the lanes.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// A bounded queue that counts the tasks that are not settled yet. A task that was taken may be put back until it is settled.
pub(super) struct Queue<T> {
    state: Mutex<State<T>>,
    /// Signals that there is a task to take, or that there will be none.
    work: Condvar,
    /// Signals that there is space for tasks.
    space: Condvar,
    capacity: usize,
}

struct State<T> {
    waiting: VecDeque<T>,
    /// Whether more tasks may be pushed.
    open: bool,
    /// Tasks that were pushed and are not settled.
    outstanding: usize,
    stopped: bool,
    /// How many threads wait for a task, and how many for space: waking no thread costs as much as waking one.
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
            space: Condvar::new(),
            capacity,
        }
    }

    /// A poisoned lock is used: every method leaves the state consistent.
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A waiting thread pushes again when at most this many tasks are left, so that it does not wake for every task.
    fn half(&self) -> usize {
        self.capacity / 2
    }

    /// Adds a task, and waits for space if needed. False if the queue was stopped.
    pub(super) fn push(&self, task: T) -> bool {
        let mut state = self.lock();
        if state.waiting.len() >= self.capacity {
            state.pushers += 1;
            while state.waiting.len() > self.half() && !state.stopped {
                state = wait(&self.space, state);
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

    /// Puts an unsettled task back before all others, without waiting.
    pub(super) fn put_back(&self, task: T) {
        self.lock().waiting.push_front(task);
        self.work.notify_one();
    }

    /// Takes the next task, and waits for it if needed. `None` if there will be none.
    pub(super) fn pop(&self) -> Option<T> {
        let mut state = self.lock();
        loop {
            if state.stopped || (!state.open && state.outstanding == 0) {
                return None;
            }
            if let Some(task) = state.waiting.pop_front() {
                if state.pushers > 0 && state.waiting.len() <= self.half() {
                    self.space.notify_one();
                }
                return Some(task);
            }
            state.takers += 1;
            state = wait(&self.work, state);
            state.takers -= 1;
        }
    }

    /// Settles a task that was taken.
    pub(super) fn settle(&self) {
        let mut state = self.lock();
        state.outstanding = state.outstanding.saturating_sub(1);
        if !state.open && state.outstanding == 0 {
            self.work.notify_all();
        }
    }

    /// Announces that the last task was pushed.
    pub(super) fn close(&self) {
        self.lock().open = false;
        self.work.notify_all();
    }

    /// Whether all tasks are settled except `held`, which the caller is about to settle.
    pub(super) fn awaits_only(&self, held: usize) -> bool {
        let state = self.lock();
        !state.open && state.outstanding == held
    }

    /// Drops all waiting tasks, and wakes every waiting thread.
    pub(super) fn stop(&self) {
        let mut state = self.lock();
        state.stopped = true;
        state.waiting.clear();
        self.work.notify_all();
        self.space.notify_all();
    }
}

fn wait<'s, S>(what: &Condvar, state: MutexGuard<'s, S>) -> MutexGuard<'s, S> {
    what.wait(state).unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_queue_ends_when_all_tasks_are_settled() {
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
    fn stopping_wakes_all_threads() {
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
