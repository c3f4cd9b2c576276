//! Members of a call: the bytes of documents, in and out. The addresses are given out over the socket, to one member
//! each; whoever has one needs no cookie, and none is looked at.

use std::io;
use std::sync::Arc;

use actix_web::body::SizedStream;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::web::{Bytes, Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use okienko_actors::ProblemCode;

use crate::documents::Received;
use crate::problem::{Body, EdgeCode, Problem};
use crate::state::AppState;

const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const UPLOAD_LENGTH: HeaderName = HeaderName::from_static("upload-length");

/// The media type of a piece of a document.
const PIECE: &str = "application/offset+octet-stream";

/// What a document that is opened as a page may do: nothing, in an origin of its own (CSP3 §6.1.1, HTML §7.1.1).
const SANDBOX: &str = "sandbox; default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// How many bytes of a document have arrived, so that sending goes on where it broke off.
#[utoipa::path(
    head,
    path = "/api/v1/uploads/{token}",
    operation_id = "askUpload",
    tag = "documents",
    params(("token" = String, Path, description = "from `upload` of the frame `documents`; a secret of the sender")),
    responses(
        (status = 200, description = "the document is on its way", headers(
            ("upload-offset" = u64, description = "how many bytes have arrived"),
            ("upload-length" = u64, description = "how many there will be"),
        )),
        (status = "4XX", body = Body, content_type = "application/problem+json", description = "`document-gone`"),
        (status = "5XX", body = Body, content_type = "application/problem+json"),
    )
)]
pub(super) async fn progress(token: Path<String>, state: Data<AppState>) -> Result<HttpResponse, Problem> {
    let (received, size_bytes) = state.documents.progress(&token).map_err(ProblemCode::Document)?;
    Ok(HttpResponse::Ok().insert_header((UPLOAD_OFFSET, received)).insert_header((UPLOAD_LENGTH, size_bytes)).finish())
}

/// Takes the next bytes of a document. With the last of them it is looked into; the answer comes when that is done.
#[utoipa::path(
    patch,
    path = "/api/v1/uploads/{token}",
    operation_id = "sendUpload",
    tag = "documents",
    params(
        ("token" = String, Path, description = "from `upload` of the frame `documents`; a secret of the sender"),
        ("upload-offset" = u64, Header, description = "how many bytes have arrived: where these follow"),
    ),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"),
    responses(
        (status = 204, description = "taken; with all bytes there, the document was found good", headers(
            ("upload-offset" = u64, description = "how many bytes have arrived"),
        )),
        (status = "4XX", body = Body, content_type = "application/problem+json", description =
            "`bad-request`, `media-type-unknown`, `cross-site`, and each `document-…`: `document-offset-wrong` asks for \
             another try, all others refuse the document for good"),
        (status = "5XX", body = Body, content_type = "application/problem+json", description =
            "`document-scan-unavailable`, `document-store-full`, `internal`"),
    )
)]
pub(super) async fn receive(
    request: HttpRequest,
    token: Path<String>,
    body: Payload,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    if text(&request, &header::CONTENT_TYPE) != Some(PIECE) {
        return Err(EdgeCode::MediaTypeUnknown.into());
    }
    let number = |name: &HeaderName| text(&request, name).map(str::parse::<u64>);
    let Some(Ok(offset)) = number(&UPLOAD_OFFSET) else { return Err(EdgeCode::BadRequest.into()) };
    let length = match number(&header::CONTENT_LENGTH) {
        Some(Ok(length)) => Some(length),
        None => None,
        Some(Err(_)) => return Err(EdgeCode::BadRequest.into()),
    };
    let size_bytes = state.documents.progress(&token).map_err(ProblemCode::Document)?.1;
    // On a task of its own: what came is kept, and looked into, also if the browser hangs up meanwhile.
    let receiving = Arc::clone(&state.documents).receive(token.into_inner(), offset, length, body);
    let received = actix_web::rt::spawn(receiving).await.map_err(Problem::internal)??;
    let received = match received {
        Received::Part(received) => received,
        Received::Good => size_bytes,
    };
    Ok(HttpResponse::NoContent().insert_header((UPLOAD_OFFSET, received)).finish())
}

/// A document, to be saved: `GET /d/{token}`. It is never shown as a page of this server.
pub(super) async fn fetch(
    request: HttpRequest,
    token: Path<String>,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let fetched = state.documents.fetch(&token)?;
    let mut response = HttpResponse::build(StatusCode::OK);
    response
        .content_type(fetched.media_type())
        .insert_header((header::CONTENT_DISPOSITION, fetched.disposition()))
        .insert_header((header::CONTENT_SECURITY_POLICY, SANDBOX))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header(("cross-origin-resource-policy", "same-origin"))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .insert_header((header::CACHE_CONTROL, "no-store"));
    let size_bytes = fetched.size_bytes();
    if request.method() == Method::HEAD {
        // The head of an answer with a body, which HTTP leaves out (RFC 9110 §9.3.2).
        return Ok(response.body(SizedStream::new(size_bytes, futures_util::stream::empty::<io::Result<Bytes>>())));
    }
    state.documents.handed_out(&fetched);
    Ok(response.body(SizedStream::new(size_bytes, fetched.into_bytes())))
}

fn text<'a>(request: &'a HttpRequest, name: &HeaderName) -> Option<&'a str> {
    request.headers().get(name).and_then(|value: &HeaderValue| value.to_str().ok())
}
