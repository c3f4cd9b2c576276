//! How the program stops: as soon as nothing is left, and never later than its grace.

use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::client::{Request, citizen_token};
use crate::process::Process;
use crate::socket::{Got, Socket};

/// A citizen's socket that was welcomed.
async fn citizen(process: &Process) -> Socket {
    let mut socket = Socket::citizen(process.address).await;
    socket.hello(Some(&citizen_token(process.address).await)).await;
    let _welcome = socket.frame_of("welcome").await;
    socket
}

/// A request whose body never comes.
async fn unfinished(process: &Process) -> TcpStream {
    let head = Request::post("/api/v1/sessions").json("").as_sent(process.address);
    let head = head.replace("content-length: 0\r\n", "content-length: 100\r\n");
    let mut stream = TcpStream::connect(process.address).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    stream
}

/// What a socket is told at the end.
async fn farewell(socket: &mut Socket) -> (serde_json::Value, Option<u16>) {
    let closing = socket.frame_of("closing").await;
    (closing["retry_after_s"].clone(), socket.end().await)
}

#[actix_web::test]
async fn it_stops_by_itself_whatever_browsers_hold_on_to() {
    let mut process = Process::start(&[("SHUTDOWN__GRACE_S", "3600")]);
    let mut waiting = citizen(&process).await;
    let mut silent = Socket::citizen(process.address).await;
    let mut idle = TcpStream::connect(process.address).await.unwrap();
    idle.write_all(Request::get("/healthz").as_sent(process.address).as_bytes()).await.unwrap();
    idle.readable().await.unwrap();

    process.signal("TERM");

    assert_eq!(farewell(&mut waiting).await, (json!(1), Some(1012)), "service restart (RFC 6455 §7.4.2)");
    assert_eq!(farewell(&mut silent).await, (json!(1), Some(1012)));
    assert_eq!(process.ended().await.code(), Some(0));
    let logged = process.logged();
    assert!(logged.contains("the server has stopped") && !logged.contains("cut off"), "{logged}");
}

#[actix_web::test]
async fn a_call_has_its_grace_and_then_the_server_stops() {
    let mut process = Process::start(&[("SHUTDOWN__GRACE_S", "6")]);
    let (mut clerk, mut citizen) = (Socket::clerk(process.address).await, citizen(&process).await);
    citizen.join(process.address).await;
    clerk.say(r#"{"key":"next","type":"call-next"}"#).await;
    let _called = citizen.frame_of("called").await;
    citizen.say(r#"{"key":"accept","type":"accept"}"#).await;
    let _in_call = citizen.frame_of("in-call").await;
    clerk.until_state("in-call").await;

    process.signal("TERM");
    process.until_logged("stopping").await;
    citizen.say(r#"{"key":"chat","type":"chat","id":"m1","text":"Jeszcze chwilę"}"#).await;

    assert_eq!(clerk.frame_of("chat").await["message"]["text"], "Jeszcze chwilę", "a call goes on in its grace");
    assert_eq!(farewell(&mut citizen).await, (json!(5), Some(1012)));
    assert_eq!(farewell(&mut clerk).await, (json!(5), Some(1012)));
    assert_eq!(process.ended().await.code(), Some(0));
    assert!(!process.logged().contains("cut off"), "{}", process.logged());
}

#[actix_web::test]
async fn what_does_not_end_is_cut_off_when_the_grace_is_over() {
    let mut process = Process::start(&[("SHUTDOWN__GRACE_S", "1")]);
    let _unfinished = unfinished(&process).await;
    let mut socket = citizen(&process).await;

    process.signal("TERM");

    assert_eq!(farewell(&mut socket).await, (json!(1), Some(1012)));
    assert_eq!(process.ended().await.code(), Some(0));
    assert!(process.logged().contains("the grace is over"), "{}", process.logged());
}

#[actix_web::test]
async fn a_second_order_stops_it_at_once() {
    let mut process = Process::start(&[("SHUTDOWN__GRACE_S", "3600")]);
    let _unfinished = unfinished(&process).await;
    let mut socket = citizen(&process).await;

    process.signal("TERM");
    while socket.next().await != Got::End {}
    process.signal("INT");

    assert_eq!(process.ended().await.code(), Some(0));
    assert!(process.logged().contains("a second order to stop"), "{}", process.logged());
}
