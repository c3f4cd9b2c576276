//! The two kinds of sockets.

use okienko::wire::{CitizenCommand, CitizenFrame, DeskCommand, DeskFrame, VERSION};

use super::link::{Side, Sorted};

/// A resident's socket.
#[derive(Debug)]
pub struct Citizen;

impl Side for Citizen {
    type Command = CitizenCommand;
    type Frame = CitizenFrame;
    const PATH: &'static str = "/ws/citizen";

    fn hello(take_over: bool, page: String) -> CitizenCommand {
        CitizenCommand::Hello { version: VERSION.to_owned(), token: None, take_over, page: Some(page) }
    }

    fn beat() -> CitizenCommand {
        CitizenCommand::Beat { visible: true }
    }

    fn sort(frame: CitizenFrame) -> Sorted<CitizenFrame> {
        match frame {
            CitizenFrame::Welcome { beat_s, .. } => Sorted::Welcome { beat_s },
            CitizenFrame::Beat { .. } => Sorted::Beat,
            CitizenFrame::Ack { key } => Sorted::Ack(key),
            CitizenFrame::Problem(problem) => Sorted::Problem(problem),
            CitizenFrame::Elsewhere => Sorted::Elsewhere,
            CitizenFrame::Closing { retry_after_s } => Sorted::Closing { retry_after_s },
            other => Sorted::Frame(other),
        }
    }
}

/// A clerk's socket.
#[derive(Debug)]
pub struct Desk;

impl Side for Desk {
    type Command = DeskCommand;
    type Frame = DeskFrame;
    const PATH: &'static str = "/ws/desk";

    fn hello(take_over: bool, page: String) -> DeskCommand {
        DeskCommand::Hello { version: VERSION.to_owned(), take_over, page: Some(page) }
    }

    fn beat() -> DeskCommand {
        DeskCommand::Beat { visible: true }
    }

    fn sort(frame: DeskFrame) -> Sorted<DeskFrame> {
        match frame {
            DeskFrame::Welcome { beat_s, .. } => Sorted::Welcome { beat_s },
            DeskFrame::Beat { .. } => Sorted::Beat,
            DeskFrame::Ack { key } => Sorted::Ack(key),
            DeskFrame::Problem(problem) => Sorted::Problem(problem),
            DeskFrame::Elsewhere { .. } => Sorted::Elsewhere,
            DeskFrame::Closing { retry_after_s } => Sorted::Closing { retry_after_s },
            other => Sorted::Frame(other),
        }
    }
}
