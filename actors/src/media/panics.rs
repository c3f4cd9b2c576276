//! What a panic on a media thread leaves behind: one log line, and no backtrace. Resolving one takes about 100 ms, in
//! which all other rooms of the thread would stand still.
//!
//! The message of a panic may quote what came from a browser, so release builds tell the place and the kind only.

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
            let at = panicked.location().map(ToString::to_string).unwrap_or_default();
            let (kind, told) = (kind(panicked.payload()), told(panicked.payload()));
            tracing::error!(panic.at = at, panic.kind = kind, told, "media code panicked");
        }));
    });
}

/// Marks the present thread as one of media.
pub(super) fn mark_thread() {
    IS_MEDIA_THREAD.set(true);
}

/// What may be told of a panic: in debug builds its message, else its kind.
pub(super) fn told(payload: &(dyn Any + Send)) -> &str {
    if cfg!(debug_assertions) { message(payload) } else { kind(payload) }
}

fn message(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}

/// What was thrown; says nothing of what is in it.
fn kind(payload: &(dyn Any + Send)) -> &'static str {
    if payload.is::<&str>() {
        "a fixed message"
    } else if payload.is::<String>() {
        "a message with values"
    } else {
        "no message"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_quotes_nothing() {
        let thrown: [(Box<dyn Any + Send>, &str); 3] = [
            (Box::new("a=ice-pwd:secret"), "a fixed message"),
            (Box::new("a=ice-pwd:secret".to_owned()), "a message with values"),
            (Box::new(7), "no message"),
        ];

        for (payload, expected) in &thrown {
            assert_eq!(kind(payload.as_ref()), *expected);
        }
    }

    #[test]
    fn a_release_tells_no_message() {
        let payload: Box<dyn Any + Send> = Box::new("a=ice-pwd:secret".to_owned());

        assert_eq!(told(payload.as_ref()).contains("secret"), cfg!(debug_assertions));
    }
}
