//! Documents from outside: bytes in, bytes out, and nothing that stays.

use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use okienko::domain::documents::DocumentFault;
use okienko::wire::{CitizenCommand, DeskCommand, DocumentState, DocumentsPhase};
use okienko_actors::ProblemCode;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::client::{Request, Response};
use crate::talk::{Talk, until};
use crate::test_app::TestApp;

/// What no file on the disk and no log may show.
const SECRET: &[u8] = b"PESEL 44051401359";

/// A PDF of this length with the secret in it.
fn pdf(length: usize) -> Vec<u8> {
    let mut bytes = [b"%PDF-1.7\n".as_slice(), SECRET].concat();
    bytes.resize(length - 6, b' ');
    bytes.extend_from_slice(b"%%EOF\n");
    bytes
}

fn piece(address: &str, offset: usize, bytes: &[u8]) -> Request {
    Request::patch(address)
        .header("content-type", "application/offset+octet-stream")
        .header("upload-offset", &offset.to_string())
        .bytes(bytes)
}

fn package(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A folder for one test's documents.
fn folder(name: &str) -> (PathBuf, String) {
    let folder = std::env::temp_dir().join(format!("okienko-documents-{name}-{}", std::process::id()));
    drop(fs::remove_dir_all(&folder));
    let text = folder.display().to_string();
    (folder, text)
}

/// All documents that lie below a folder.
fn documents_in(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        }
    }
    found
}

fn code(response: &Response) -> (u16, String) {
    (response.status, response.json()["code"].as_str().unwrap_or_default().to_owned())
}

#[actix_web::test]
async fn a_document_goes_in_by_pieces_and_comes_out_whole() {
    let app = TestApp::start().await;
    let (talk, bytes) = (Talk::begin(&app).await, pdf(200_000));
    let address = talk.begin_document("wniosek ślubny.pdf", 200_000).await;

    let asked = app.send(Request::head(&address)).await;
    assert_eq!((asked.header("upload-offset"), asked.header("upload-length")), (Some("0"), Some("200000")));
    let first = app.send(piece(&address, 0, &bytes[..150_000])).await;
    assert_eq!((first.status, first.header("upload-offset")), (204, Some("150000")));
    assert_eq!(app.send(Request::head(&address)).await.header("upload-offset"), Some("150000"));
    let second = app.send(piece(&address, 150_000, &bytes[150_000..])).await;
    assert_eq!((second.status, second.header("upload-offset")), (204, Some("200000")), "{}", second.text());

    talk.until("the clerk has it", |talk| talk.newest_for_clerk().state == DocumentState::Ready).await;
    let seen = talk.newest_for_clerk();
    assert_eq!((seen.name.as_deref(), seen.scanned), (Some("wniosek ślubny.pdf"), false), "nobody scans here");
    let path = seen.download.unwrap();
    let head = app.send(Request::head(&path)).await;
    assert_eq!((head.status, head.header("content-length")), (200, Some("200000")));
    assert!(!talk.newest_for_clerk().opened, "to ask about it is not to open it");
    let fetched = app.get(&path).await;
    assert!(fetched.bytes() == bytes);
    talk.until("the citizen knows", |talk| talk.citizen_sees().unwrap().documents[0].opened).await;
    app.stop().await;
}

#[actix_web::test]
async fn a_document_is_handed_out_to_be_saved_and_to_nothing_else() {
    let app = TestApp::start().await;
    let talk = Talk::begin(&app).await;
    let address = talk.begin_document("umowa \"nowa\"; <b>.pdf", 5_000).await;
    assert_eq!(app.send(piece(&address, 0, &pdf(5_000))).await.status, 204);
    talk.until("the clerk has it", |talk| talk.newest_for_clerk().state == DocumentState::Ready).await;

    let fetched = app.get(&talk.newest_for_clerk().download.unwrap()).await;

    for (name, value) in [
        ("content-type", "application/pdf"),
        (
            "content-disposition",
            "attachment; filename=\"umowa _nowa__ _b_.pdf\"; filename*=UTF-8''umowa%20%22nowa%22%3B%20%3Cb%3E.pdf",
        ),
        (
            "content-security-policy",
            "sandbox; default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
        ),
        ("x-content-type-options", "nosniff"),
        ("cross-origin-resource-policy", "same-origin"),
        ("referrer-policy", "no-referrer"),
        ("cache-control", "no-store"),
    ] {
        assert_eq!(fetched.headers(name), [value], "{name}");
    }
    assert_eq!(fetched.header("set-cookie"), None);
    assert_eq!(fetched.header("content-encoding"), None);
    app.stop().await;
}

#[actix_web::test]
async fn sending_goes_on_where_a_connection_broke() {
    let app = TestApp::start().await;
    let (talk, bytes) = (Talk::begin(&app).await, pdf(100_000));
    let address = talk.begin_document("skan.pdf", 100_000).await;
    let head = format!(
        "PATCH {address} HTTP/1.1\r\nhost: {}\r\ncontent-type: application/offset+octet-stream\r\nupload-offset: 0\r\n\
         content-length: 100000\r\n\r\n",
        app.address
    );

    let mut broken = TcpStream::connect(app.address).await.unwrap();
    broken.write_all(head.as_bytes()).await.unwrap();
    broken.write_all(&bytes[..70_000]).await.unwrap();
    let mut received = 0;
    while received < 70_000 {
        let asked = app.send(Request::head(&address)).await;
        received = asked.header("upload-offset").unwrap().parse().unwrap();
    }
    drop(broken);

    let wrong = app.send(piece(&address, 10, &bytes[10..])).await;
    assert_eq!(code(&wrong), (409, "document-offset-wrong".to_owned()));
    assert_eq!(app.send(piece(&address, 70_000, &bytes[70_000..])).await.status, 204);
    talk.until("the clerk has it", |talk| talk.newest_for_clerk().state == DocumentState::Ready).await;
    assert!(app.get(&talk.newest_for_clerk().download.unwrap()).await.bytes() == bytes);
    app.stop().await;
}

#[actix_web::test]
async fn a_new_connection_takes_over_from_one_that_hangs() {
    let app = TestApp::start().await;
    let (talk, bytes) = (Talk::begin(&app).await, pdf(50_000));
    let address = talk.begin_document("skan.pdf", 50_000).await;
    let head = format!(
        "PATCH {address} HTTP/1.1\r\nhost: {}\r\ncontent-type: application/offset+octet-stream\r\nupload-offset: 0\r\n\
         content-length: 50000\r\n\r\n",
        app.address
    );

    let mut hanging = TcpStream::connect(app.address).await.unwrap();
    hanging.write_all(head.as_bytes()).await.unwrap();
    let taken_over = app.send(piece(&address, 0, &bytes)).await;

    assert_eq!(taken_over.status, 204);
    let mut answer = vec![0; 12];
    hanging.read_exact(&mut answer).await.unwrap();
    assert_eq!(answer, b"HTTP/1.1 409");
    app.stop().await;
}

#[actix_web::test]
async fn what_is_too_large_is_refused_before_it_is_read() {
    let app = TestApp::start().await;
    let talk = Talk::begin(&app).await;

    let large = (String::from("d"), String::from("skan.pdf"), 40 * 1024 * 1024);
    let key = talk.citizen_says(CitizenCommand::SendDocument {
        id: large.0,
        name: large.1,
        size_bytes: large.2,
        request: None,
    });
    talk.until("it is refused", |talk| talk.refusal(&key).is_some()).await;
    assert_eq!(talk.refusal(&key), Some(ProblemCode::Document(DocumentFault::TooLarge)));

    let address = talk.begin_document("skan.pdf", 20 * 1024 * 1024).await;
    let head = format!(
        "PATCH {address} HTTP/1.1\r\nhost: {}\r\ncontent-type: application/offset+octet-stream\r\nupload-offset: 0\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n",
        app.address,
        20 * 1024 * 1024 + 1
    );
    let mut stream = TcpStream::connect(app.address).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    assert_eq!(code(&Response::parse(&answer)), (413, "document-too-large".to_owned()));
    let seen = talk.citizen_sees().unwrap().documents.remove(0);
    assert_eq!((seen.state, seen.fault.as_deref()), (DocumentState::Refused, Some("document-too-large")));
    app.stop().await;
}

#[actix_web::test]
async fn each_bad_document_is_refused_in_words_of_its_own_and_leaves_nothing() {
    let (folder, text) = folder("bad");
    let app = TestApp::with(&[("DOCUMENTS__FOLDER", &text), ("DOCUMENTS__MAX_COUNT", "50")]).await;
    let talk = Talk::begin(&app).await;
    let zeros = vec![0; 30 * 1024 * 1024];
    let windows = [b"MZ\x90\0".as_slice(), &[0; 60], SECRET].concat();
    let locked = [&pdf(300)[..294], b"trailer << /Encrypt 7 0 R >>\n%%EOF\n"].concat();
    for (name, bytes, expected) in [
        ("faktura.pdf", windows, (422, "document-program")),
        ("faktura.pdf", b"<html><script>alert(1)</script>%PDF-1.7\n%%EOF".to_vec(), (415, "document-mismatch")),
        ("zdjecie.jpg", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec(), (415, "document-heic")),
        ("umowa.pdf", locked, (422, "document-locked")),
        ("umowa.pdf", b"%PDF-1.7\nand no end".to_vec(), (422, "document-damaged")),
        ("pismo.docx", package(&[("word/media/a.bmp", &zeros)]), (422, "document-bomb")),
        ("pismo.docx", package(&[("word/vbaProject.bin", b"a")]), (422, "document-macros")),
        ("pismo.odt", package(&[("mimetype", b"application/zip")]), (415, "document-mismatch")),
        ("wniosek.xml", b"<wniosek/>".to_vec(), (422, "document-unsigned")),
        ("lista.txt", b"a\0b".to_vec(), (415, "document-mismatch")),
    ] {
        let address = talk.begin_document(name, bytes.len() as u64).await;
        let answer = app.send(piece(&address, 0, &bytes)).await;

        assert_eq!(code(&answer), (expected.0, expected.1.to_owned()), "{name}");
        assert!(answer.json()["detail"].as_str().is_some_and(|detail| detail.len() > 20));
        talk.until("the clerk knows", |talk| talk.newest_for_clerk().state == DocumentState::Refused).await;
        let seen = talk.newest_for_clerk();
        assert_eq!((seen.name, seen.kind, seen.fault, seen.download), (None, None, None, None), "{name}");
        assert_eq!(code(&app.send(piece(&address, 0, b"more")).await), (404, "document-gone".to_owned()));
    }
    until("nothing is left on the disk", || documents_in(&folder).is_empty()).await;
    app.stop().await;
    fs::remove_dir_all(folder).unwrap();
}

#[actix_web::test]
async fn what_lies_on_the_disk_can_be_read_by_nobody() {
    let (folder, text) = folder("sealed");
    let app = TestApp::with(&[("DOCUMENTS__FOLDER", &text)]).await;
    let talk = Talk::begin(&app).await;
    let address = talk.begin_document("pesel.pdf", 90_000).await;
    assert_eq!(app.send(piece(&address, 0, &pdf(90_000))).await.status, 204);

    let [document] = &documents_in(&folder)[..] else { panic!("one document") };
    let sealed = fs::read(document).unwrap();

    assert!(sealed.len() > 90_000);
    for plain in [SECRET, b"%PDF", b"pesel"] {
        assert!(!sealed.windows(plain.len()).any(|window| window == plain));
    }
    assert!(!document.display().to_string().contains("pesel"));
    app.stop().await;
    fs::remove_dir_all(folder).unwrap();
}

#[actix_web::test]
async fn after_the_deadline_the_address_is_dead_and_the_bytes_are_gone() {
    let (folder, text) = folder("deadline");
    let app = TestApp::with(&[("DOCUMENTS__FOLDER", &text)]).await;
    let talk = Talk::begin(&app).await;
    let address = talk.begin_document("wniosek.pdf", 5_000).await;
    assert_eq!(app.send(piece(&address, 0, &pdf(5_000))).await.status, 204);
    talk.until("the clerk has it", |talk| talk.newest_for_clerk().state == DocumentState::Ready).await;
    let path = talk.newest_for_clerk().download.unwrap();

    talk.clerk_says(DeskCommand::HangUp);
    talk.until("the call is over", |talk| talk.citizen_sees().unwrap().phase == DocumentsPhase::Kept).await;
    app.pass(14 * 60 + 50);
    assert_eq!(app.get(&path).await.status, 200);
    app.pass(11);
    assert_eq!(code(&app.get(&path).await), (404, "document-gone".to_owned()), "at once, whoever looks after it");

    talk.until("both are told", |talk| {
        [talk.citizen_sees(), talk.clerk_sees()]
            .iter()
            .all(|view| view.as_ref().unwrap().phase == DocumentsPhase::Deleted)
    })
    .await;
    assert_eq!(documents_in(&folder), Vec::<PathBuf>::new(), "deleted first, announced after");
    app.stop().await;
    fs::remove_dir_all(folder).unwrap();
}

#[actix_web::test]
async fn what_is_taken_back_is_gone_from_the_disk() {
    let (folder, text) = folder("back");
    let app = TestApp::with(&[("DOCUMENTS__FOLDER", &text)]).await;
    let talk = Talk::begin(&app).await;
    let address = talk.begin_document("wniosek.pdf", 5_000).await;
    assert_eq!(app.send(piece(&address, 0, &pdf(5_000)[..3_000])).await.status, 204);
    assert_eq!(documents_in(&folder).len(), 1);

    let document = talk.citizen_sees().unwrap().documents[0].document;
    talk.citizen_says(CitizenCommand::TakeBackDocument { document });

    until("it is gone", || documents_in(&folder).is_empty()).await;
    assert_eq!(code(&app.send(piece(&address, 3_000, b"a")).await), (404, "document-gone".to_owned()));
    app.stop().await;
    fs::remove_dir_all(folder).unwrap();
}

#[actix_web::test]
async fn without_its_scanner_nothing_is_passed_on() {
    let (folder, text) = folder("scanner");
    let settings = [("DOCUMENTS__FOLDER", text.as_str()), ("DOCUMENTS__CLAMD", "unix:/nowhere/clamd.ctl")];
    let app = TestApp::with(&settings).await;
    let talk = Talk::begin(&app).await;
    // As if the scanner had died a moment ago.
    app.state.switchboard.documents().close_for(None);
    let address = talk.begin_document("wniosek.pdf", 5_000).await;

    let answer = app.send(piece(&address, 0, &pdf(5_000))).await;

    assert_eq!(code(&answer), (503, "document-scan-unavailable".to_owned()));
    assert_eq!(answer.header("retry-after"), Some("60"));
    until("nothing is left", || documents_in(&folder).is_empty()).await;
    until("nobody can even begin", || {
        // Without a name: it would be refused anyway, and does not count.
        let (id, name) = ("d".to_owned(), String::new());
        talk.citizen_says(CitizenCommand::SendDocument { id, name, size_bytes: 5, request: None });
        talk.was_refused(ProblemCode::Document(DocumentFault::ScanUnavailable))
    })
    .await;
    app.stop().await;
    fs::remove_dir_all(folder).unwrap();
}

#[actix_web::test]
async fn on_a_disk_that_is_nearly_full_documents_are_refused_first() {
    let app = TestApp::with(&[("DOCUMENTS__MIN_FREE_PERCENT", "100")]).await;
    let talk = Talk::begin(&app).await;
    app.state.switchboard.documents().close_for(None);
    let address = talk.begin_document("wniosek.pdf", 5_000).await;

    let answer = app.send(piece(&address, 0, &pdf(5_000))).await;

    assert_eq!(code(&answer), (507, "document-store-full".to_owned()));
    talk.citizen_says(CitizenCommand::Chat { id: "m1".to_owned(), text: "Dzień dobry".to_owned() });
    app.stop().await;
}

#[actix_web::test]
async fn a_path_that_nobody_was_given_leads_nowhere() {
    let app = TestApp::start().await;
    let unknown = "0".repeat(64);

    let upload = format!("/api/v1/uploads/{unknown}");
    assert_eq!(app.send(Request::head(&upload)).await.status, 404);
    assert_eq!(code(&app.send(piece(&upload, 0, b"a")).await), (404, "document-gone".to_owned()));
    assert_eq!(code(&app.get(&format!("/d/{unknown}")).await), (404, "document-gone".to_owned()));
    let foreign = piece(&upload, 0, b"a").header("origin", "https://evil.example");
    assert_eq!(code(&app.send(foreign).await), (403, "cross-site".to_owned()));
    let untyped = Request::patch(&upload).header("upload-offset", "0").bytes(b"a");
    assert_eq!(code(&app.send(untyped).await), (415, "media-type-unknown".to_owned()));
    let unplaced = Request::patch(&upload).header("content-type", "application/offset+octet-stream").bytes(b"a");
    assert_eq!(code(&app.send(unplaced).await), (400, "bad-request".to_owned()));
    app.stop().await;
}
