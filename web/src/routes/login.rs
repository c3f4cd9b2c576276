//! Staff: signing in and out.
//!
//! A wrong password and an unknown address get the same answer after the same time. The form carries a token that
//! belongs to its cookie, so that nobody can be signed in to somebody else's account from another page.

use actix_web::http::{StatusCode, header};
use actix_web::web::{Data, Form};
use actix_web::{HttpRequest, HttpResponse};
use jiff::SignedDuration;
use okienko::ids::LoginId;
use okienko::store::audit::{self, AuditEntry};
use okienko::store::logins::{self, Login};
use okienko::store::staff::{self, Credentials};
use okienko::store::{OfficeScope, StoreError};
use serde::Deserialize;

use crate::auth::{self, Clerk, cookie, password, token};
use crate::guard::limits::Account;
use crate::page::response::respond_to_staff;
use crate::page::staff::{FieldError, LoginView};
use crate::problem::{Code, EdgeCode, Problem, words};
use crate::state::{AppState, chosen_language};

/// Longer than any address (RFC 5321 §4.5.3.1) and any sensible password; what is longer is not hashed.
const MAX_EMAIL_BYTES: usize = 320;
const MAX_PASSWORD_BYTES: usize = 1_024;

/// The form to sign in.
#[derive(Debug, Deserialize)]
pub(super) struct SignIn {
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
}

/// The form to sign out.
#[derive(Debug, Deserialize)]
pub(super) struct SignOut {
    #[serde(default)]
    csrf: String,
}

/// The page to sign in: `GET /login`.
pub(super) async fn form(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, Problem> {
    if auth::signed_in(&state, &request).await.is_some() {
        return Ok(go("/desk"));
    }
    page(&state, &request, String::new(), Vec::new(), StatusCode::OK)
}

/// Signs in: `POST /login`.
pub(super) async fn sign_in(
    request: HttpRequest,
    form: Form<SignIn>,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let SignIn { csrf, email, password } = form.into_inner();
    if !cookie::values(&request, cookie::FORM).any(|cookie| auth::is_form_of(&csrf, cookie)) {
        return Err(EdgeCode::FormExpired.into());
    }
    let empty = empty_fields(&state, &request, &email, &password);
    if !empty.is_empty() {
        return page(&state, &request, email, empty, StatusCode::UNPROCESSABLE_ENTITY);
    }
    match check(&state, &request, &email, password).await {
        Ok(credentials) => welcome(&state, &request, &credentials).await,
        Err(problem) if is_for_the_form(problem.code) => {
            let status = problem.code.status();
            let retry_after_s = problem.retry_after_s;
            let error = FieldError { field: "password", text: sentence(&state, &request, problem.code) };
            let mut response = page(&state, &request, email, vec![error], status)?;
            if let Some(seconds) = retry_after_s {
                response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
            }
            Ok(response)
        }
        Err(problem) => Err(problem),
    }
}

/// Signs out: `POST /logout`.
pub(super) async fn sign_out(
    Clerk(signed_in): Clerk,
    form: Form<SignOut>,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    if !auth::is_form_of(&form.csrf, signed_in.token()) {
        return Err(EdgeCode::FormExpired.into());
    }
    let scope = OfficeScope::of(signed_in.login.office);
    let entry = entry(&state, &signed_in.login, "staff.signed-out");
    let login = signed_in.login.id;
    let job = move |db: &mut okienko::store::Db| {
        logins::end(db, scope, login)?;
        audit::append(db, scope, &entry)
    };
    state.write(job).await?;
    auth::tell_signed_out(&state, &signed_in.login).await;
    let mut response = go("/login");
    set_cookie(&mut response, &cookie::no_staff());
    Ok(response)
}

/// Finds whose password it is. Only failures count towards the limits.
async fn check(state: &AppState, request: &HttpRequest, email: &str, password: String) -> Result<Credentials, Problem> {
    let (limits, email) = (&state.limits, email.trim().to_lowercase());
    let household = state.household_of(request);
    let account = Account::of(&email);
    let bucket = limits.homes.bucket(account, household);
    let within = household.map_or(Ok(()), |from| limits.logins_from.check(&from));
    // Counted before it is known to be wrong: of many attempts at once no more than the limit are looked at. A whole
    // office behind one address, however, may sign in at the same moment.
    if let Err(problem) = within.and_then(|()| limits.logins_to.pass(&bucket)) {
        state.metrics.count_login("limited");
        return Err(problem);
    }
    let is_sane = email.len() <= MAX_EMAIL_BYTES && password.len() <= MAX_PASSWORD_BYTES;
    let known = if is_sane { state.read(move |db| staff::by_email(db, &email)).await? } else { None };
    let password = if is_sane { password } else { String::new() };
    let expected = known.as_ref().map(|credentials| credentials.password_hash.clone());
    let is_right = password::verify(password, expected).await?;
    match known.filter(|_| is_right) {
        Some(credentials) => {
            limits.logins_to.forgive(&bucket);
            if let Some(household) = household {
                limits.homes.note(account, household);
            }
            Ok(credentials)
        }
        None => {
            // That it is spent by this failure shows at the next attempt.
            let _counted = household.map(|from| limits.logins_from.pass(&from));
            state.metrics.count_login("failed");
            Err(EdgeCode::LoginFailed.into())
        }
    }
}

async fn welcome(state: &AppState, request: &HttpRequest, credentials: &Credentials) -> Result<HttpResponse, Problem> {
    let (now, clerk) = (state.world.now(), &credentials.clerk);
    let token = token::fresh(&state.world);
    let lives = SignedDuration::from_hours(i64::from(state.config.http.staff_session_h));
    let login = Login {
        id: LoginId::new(&state.world),
        office: clerk.office,
        clerk: clerk.id,
        created_at: now,
        last_seen_at: now,
        expires_at: now.checked_add(lives).map_err(Problem::internal)?,
    };
    let hash = token::hash_of(&token).ok_or_else(|| Problem::internal("a fresh token is none"))?;
    let scope = OfficeScope::of(clerk.office);
    let entry = entry(state, &login, "staff.signed-in");
    let job = move |db: &mut okienko::store::Db| -> Result<(), StoreError> {
        logins::create(db, scope, &login, &hash)?;
        audit::append(db, scope, &entry)
    };
    state.write(job).await?;
    state.metrics.count_login("ok");
    tracing::info!(clerk.id = %clerk.id, office.id = %clerk.office, "a member of staff signed in");
    let chosen = chosen_language(request).filter(|chosen| state.i18n.languages().contains(chosen));
    let mut response = go(&chosen.map_or_else(|| "/desk".to_owned(), |language| format!("/desk?lang={language}")));
    set_cookie(&mut response, &cookie::staff(&token, state.config.http.staff_session_h));
    set_cookie(&mut response, &cookie::no_form());
    Ok(response)
}

fn entry(state: &AppState, login: &Login, action: &str) -> AuditEntry {
    AuditEntry {
        office: login.office,
        at: state.world.now(),
        by: Some(login.clerk),
        action: action.to_owned(),
        subject: login.clerk.to_text(),
        before: None,
        after: None,
    }
}

fn is_for_the_form(code: Code) -> bool {
    matches!(code, Code::Edge(EdgeCode::LoginFailed | EdgeCode::TooManyLogins))
}

fn sentence(state: &AppState, request: &HttpRequest, code: Code) -> String {
    let (title, detail) = words(&state.i18n, &state.language_of(request), code);
    detail.map_or_else(|| title.clone(), |detail| format!("{title} {detail}"))
}

fn empty_fields(state: &AppState, request: &HttpRequest, email: &str, password: &str) -> Vec<FieldError> {
    let language = state.language_of(request);
    [("email", email.trim()), ("password", password)]
        .into_iter()
        .filter(|(_, value)| value.is_empty())
        .map(|(field, _)| FieldError {
            field,
            text: state.i18n.text(&language, &format!("problem.login.no_{field}"), &[]),
        })
        .collect()
}

/// The form, with a fresh token in it and in its cookie.
fn page(
    state: &AppState,
    request: &HttpRequest,
    email: String,
    errors: Vec<FieldError>,
    status: StatusCode,
) -> Result<HttpResponse, Problem> {
    let (language, token) = (state.language_of(request), token::fresh(&state.world));
    let view = LoginView::new(state, request, &language, auth::form_token(&token), email, errors);
    let mut response = respond_to_staff(state, request, &language, "login", &view)?;
    *response.status_mut() = status;
    set_cookie(&mut response, &cookie::form(&token));
    Ok(response)
}

fn go(address: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, address)).finish()
}

fn set_cookie(response: &mut HttpResponse, cookie: &str) {
    // Ours are of hexadecimal digits and fixed words, which any header takes.
    if let Ok(value) = header::HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}
