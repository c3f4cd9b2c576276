//! What sockets refuse: foreign pages, too many, too much, too long, too late.

use serde_json::{Value, json};

use crate::client::{Request, citizen_token};
use crate::socket::{BINARY, CONTINUATION, Got, PING, Socket, TEXT, handshake};
use crate::test_app::TestApp;

/// A citizen's socket that was welcomed.
async fn welcomed(app: &TestApp) -> Socket {
    let mut socket = Socket::citizen(app.address).await;
    socket.hello(Some(&token(app).await)).await;
    assert_eq!(socket.frame().await["type"], "welcome");
    assert_eq!(socket.frame().await["type"], "idle");
    socket
}

async fn token(app: &TestApp) -> String {
    citizen_token(app.address).await
}

/// A handshake as a proxy passes it on.
fn forwarded(app: &TestApp, path: &str, from: &str) -> Request {
    handshake(path).header("origin", &app.origin()).header("x-forwarded-for", from)
}

/// Why a socket was closed at once: code, whether it says when to come again, and the code of the close.
async fn refusal(socket: &mut Socket) -> (String, bool, Option<u16>) {
    let problem = socket.frame().await;
    assert_eq!((problem["type"].as_str(), problem["fatal"].as_bool()), (Some("problem"), Some(true)), "{problem}");
    assert!(problem["title"].as_str().unwrap().len() > 10 && problem["detail"].is_string(), "{problem}");
    (problem["code"].as_str().unwrap().to_owned(), problem["retry_after_s"].is_u64(), socket.end().await)
}

async fn until_open(app: &TestApp, count: usize) {
    let counting = async {
        while app.state.sockets.count() != count {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), counting).await.expect("the sockets are counted");
}

#[actix_web::test]
async fn one_address_opens_so_many_sockets_and_the_next_is_told_why() {
    let app = TestApp::with(&[("LIMITS__MAX_SOCKETS_PER_ADDRESS", "2"), ("HTTP__TRUSTED_PROXIES", "127.0.0.1")]).await;
    let open = async |from: &str| Socket::open(app.address, forwarded(&app, "/ws/citizen", from)).await.unwrap();
    let (first, _second) = (open("203.0.113.1").await, open("203.0.113.1").await);
    until_open(&app, 2).await;

    let mut third = open("203.0.113.1").await;
    let mut forged = open("203.0.113.9, 203.0.113.1").await;
    let _other = open("203.0.113.2").await;

    for refused in [&mut third, &mut forged] {
        assert_eq!(refusal(refused).await, ("too-many-sockets".to_owned(), true, Some(1008)));
    }
    until_open(&app, 3).await;
    drop(first);
    until_open(&app, 2).await;
    let mut again = open("203.0.113.1").await;
    again.hello(Some(&token(&app).await)).await;
    assert_eq!(again.frame().await["type"], "welcome");
    app.stop().await;
}

#[actix_web::test]
async fn what_a_stranger_says_of_his_address_is_not_believed() {
    let app = TestApp::with(&[("LIMITS__MAX_SOCKETS_PER_ADDRESS", "1")]).await;
    let open = async |from: &str| Socket::open(app.address, forwarded(&app, "/ws/citizen", from)).await.unwrap();
    let _first = open("203.0.113.1").await;
    until_open(&app, 1).await;

    let mut second = open("203.0.113.2").await;

    assert_eq!(refusal(&mut second).await.0, "too-many-sockets");
    app.stop().await;
}

#[actix_web::test]
async fn so_many_sockets_are_open_in_all_and_staff_get_in_all_the_same() {
    let app = TestApp::with(&[("LIMITS__MAX_SOCKETS", "2")]).await;
    let staff = app.staff_cookie("anna@demo.example").await;
    let (_first, _second) = (welcomed(&app).await, welcomed(&app).await);

    let mut third = Socket::citizen(app.address).await;
    let desk = handshake("/ws/desk").header("origin", &app.origin()).header("cookie", &staff);
    let mut desk = Socket::open(app.address, desk).await.unwrap();
    desk.say(r#"{"key":"k","type":"hello","version":"okienko.v1","take_over":false}"#).await;

    assert_eq!(refusal(&mut third).await, ("sockets-full".to_owned(), true, Some(1008)));
    assert_eq!(desk.frame().await["type"], "welcome");
    let counted = app.get("/metrics").await;
    assert!(counted.text().contains("okienko_sockets 3\n"), "{}", counted.text());
    app.stop().await;
}

#[actix_web::test]
async fn only_a_page_of_this_very_host_opens_a_socket() {
    let app = TestApp::start().await;
    let host = app.address.to_string();
    let foreign = [
        "null".to_owned(),
        "https://evil.example".to_owned(),
        format!("http://{host}.evil.example"),
        format!("http://evil.example/{host}"),
        format!("http://{host}@evil.example"),
        "http://127.0.0.1:1".to_owned(),
        format!("ftp://{host}"),
        host.clone(),
        String::new(),
    ];

    for path in ["/ws/citizen", "/ws/desk"] {
        for origin in &foreign {
            // Forwarding headers are ours to believe only from a proxy that the settings name.
            let asked = handshake(path).header("origin", origin).header("x-forwarded-host", "evil.example");
            let answer = Socket::open(app.address, asked).await.err().expect(origin);
            assert_eq!((answer.status, answer.json()["code"].as_str()), (403, Some("origin-not-allowed")), "{origin}");
        }
    }
    let mut without = Socket::open(app.address, handshake("/ws/citizen")).await.unwrap();
    without.hello(None).await;
    assert_eq!(refusal(&mut without).await.0, "session-unknown");
    app.stop().await;
}

#[actix_web::test]
async fn where_browsers_come_by_https_a_page_of_http_opens_none() {
    let app = TestApp::with(&[("SERVER__MODE", "production"), ("HTTP__PUBLIC_URL", "https://okienko.example")]).await;
    let open = async |origin: &str| {
        let asked = handshake("/ws/citizen").header("host", "okienko.example").header("origin", origin);
        Socket::open(app.address, asked).await
    };

    assert_eq!(open("http://okienko.example").await.err().map(|answer| answer.status), Some(403));
    assert!(open("https://okienko.example").await.is_ok());
    app.stop().await;
}

#[actix_web::test]
async fn who_says_nothing_is_closed() {
    let app = TestApp::with(&[("LIMITS__HELLO_WITHIN_S", "1")]).await;
    let mut silent = Socket::citizen(app.address).await;
    let mut pinging = Socket::citizen(app.address).await;
    pinging.send(PING, true, b"x").await;

    assert_eq!(pinging.next().await, Got::Pong(b"x".to_vec()));
    for socket in [&mut silent, &mut pinging] {
        assert_eq!(refusal(socket).await.0, "hello-missing");
    }
    until_open(&app, 0).await;
    app.stop().await;
}

#[actix_web::test]
async fn a_frame_may_be_as_long_as_the_limit_and_not_a_byte_longer() {
    let app = TestApp::with(&[("LIMITS__MAX_FRAME_BYTES", "16384")]).await;
    let of_bytes = |length: usize| {
        let empty = json!({"key": "k", "type": "chat", "id": "m", "text": ""}).to_string();
        json!({"key": "k", "type": "chat", "id": "m", "text": "x".repeat(length - empty.len())}).to_string()
    };
    let mut socket = welcomed(&app).await;

    assert_eq!(of_bytes(16_384).len(), 16_384);
    socket.say(&of_bytes(16_384)).await;
    assert_eq!(socket.frame().await["code"], "not-in-call", "it was read");
    socket.say(&of_bytes(16_385)).await;
    assert_eq!(socket.end().await, Some(1009), "message too big (RFC 6455 §7.4.1)");
    app.stop().await;
}

#[actix_web::test]
async fn pieces_and_bytes_are_not_gathered() {
    let app = TestApp::start().await;

    let mut pieces = welcomed(&app).await;
    pieces.send(TEXT, false, br#"{"key":"k","#).await;
    pieces.send(CONTINUATION, true, br#""type":"leave"}"#).await;
    assert_eq!(refusal(&mut pieces).await.0, "frame-unknown");
    let mut bytes = welcomed(&app).await;
    bytes.send(BINARY, true, br#"{"key":"k","type":"leave"}"#).await;
    assert_eq!(refusal(&mut bytes).await.0, "frame-unknown");
    let mut unmasked = welcomed(&app).await;
    unmasked.send_raw(b"\x81\x02{}").await;
    unmasked.end().await;
    app.stop().await;
}

#[actix_web::test]
async fn what_is_no_command_is_refused_and_the_socket_stays() {
    let app = TestApp::start().await;
    let mut socket = welcomed(&app).await;
    let deep = format!(r#"{{"key":"k","type":"beat","visible":{}true{}}}"#, "[".repeat(5_000), "]".repeat(5_000));
    let long_key = format!(r#"{{"key":"{}","type":"leave"}}"#, "k".repeat(65));
    let wrong = [
        "",
        "{",
        "null",
        "[]",
        "{}",
        r#"{"key":"k"}"#,
        r#"{"type":"leave"}"#,
        r#"{"key":"","type":"leave"}"#,
        &long_key,
        r#"{"key":"k","type":"no-such"}"#,
        r#"{"key":"k","type":"beat","visible":true,"more":1}"#,
        r#"{"key":"k","type":"leave","more":1}"#,
        r#"{"key":"k","key":"l","type":"leave"}"#,
        r#"{"key":"k","type":"beat","visible":"yes"}"#,
        &deep,
    ];

    for text in wrong {
        socket.say(text).await;
        let answer = socket.frame().await;
        let told = (answer["code"].as_str(), answer["fatal"].as_bool());
        assert_eq!(told, (Some("frame-unknown"), Some(false)), "{:.80} {answer}", text);
    }
    let at_the_limit = format!(r#"{{"key":"{}","type":"beat","visible":true}}"#, "k".repeat(64));
    socket.say(&at_the_limit).await;
    assert_eq!(socket.frame().await["type"], "beat");
    app.stop().await;
}

#[actix_web::test]
async fn a_burst_of_commands_passes_and_a_flood_is_told_and_then_closed() {
    let app = TestApp::with(&[("LIMITS__COMMANDS_PER_S", "1"), ("LIMITS__COMMANDS_BURST", "5")]).await;
    let mut socket = welcomed(&app).await;

    // Hello was the first of five.
    for number in 0..60 {
        socket.say(&json!({"key": number.to_string(), "type": "beat", "visible": true}).to_string()).await;
    }
    let mut answers: Vec<Value> = Vec::new();
    let closed = loop {
        match socket.next().await {
            Got::Text(text) => answers.push(serde_json::from_str(&text).unwrap()),
            Got::Close(code) => break code,
            Got::End => break None,
            _ => {}
        }
    };

    let first = answers.iter().find(|answer| answer["type"] == "problem").unwrap();
    assert_eq!((first["code"].as_str(), first["fatal"].as_bool()), (Some("too-many-commands"), Some(false)));
    // Told by its key, so that it can be sent again. More than four pass only if sending them took seconds.
    let passed: u32 = first["key"].as_str().unwrap().parse().unwrap();
    assert!(passed >= 4, "{passed} commands passed");
    let last = answers.last().unwrap();
    assert_eq!((last["code"].as_str(), last["fatal"].as_bool()), (Some("too-many-commands"), Some(true)));
    assert_eq!(closed, Some(1008));
    app.stop().await;
}
