//! What a panic on a media thread leaves behind: one log line, and no backtrace. Resolving one takes about 100 ms, in
//! which all other rooms of the thread would stand still.

use std::any::Any;
use std::cell::Cell;
use std::panic;
use std::sync::Once;

thread_local! {
    static IS_MEDIA_THREAD: Cell<bool> = const { Cell::new(false) };
}

/// Makes panics on media threads cheap; those on other threads go on to the hook that was there.
pub(super) fn install_hook() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |panicked| {
            if !IS_MEDIA_THREAD.get() {
                return before(panicked);
            }
            let location = panicked.location().map(ToString::to_string).unwrap_or_default();
            tracing::error!(
                panic.location = location,
                panic.message = message(panicked.payload()),
                "media code panicked"
            );
        }));
    });
}

/// Marks the present thread as one of media.
pub(super) fn mark_thread() {
    IS_MEDIA_THREAD.set(true);
}

/// What a panic said.
pub(super) fn message(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}
