use crate::client::Request;
use crate::test_app::TestApp;

/// All pages that need no login.
const OPEN: [&str; 9] = [
    "/",
    "/gallery",
    "/w/wroclaw",
    "/talk/wroclaw",
    "/privacy/wroclaw",
    "/terms/wroclaw",
    "/accessibility/wroclaw",
    "/login",
    "/problems/line-full",
];

#[actix_web::test]
async fn every_page_is_complete_in_every_language() {
    let app = TestApp::start().await;
    let staff = app.staff_cookie("anna@demo.example").await;
    let languages = app.state.i18n.languages().to_vec();

    for path in OPEN.iter().chain(&["/desk"]) {
        for language in &languages {
            let request = Request::get(&format!("{path}?lang={language}")).page().header("cookie", &staff);
            // Whoever is signed in is led from the login to the desk.
            let request =
                if *path == "/login" { Request::get(&format!("{path}?lang={language}")).page() } else { request };
            let page = app.send(request).await;
            let html = page.text();

            assert_eq!(page.status, 200, "{path} {language}: {html}");
            assert!(html.contains(&format!("<html lang=\"{language}\"")), "{path} {language}");
            assert_eq!(page.header("content-language"), Some(language.as_str()), "{path}");
            assert!(html.trim_end().ends_with("</html>"), "{path} {language}");
            assert!(!html.contains("{{") && !html.contains("[object"), "{path} {language}");
            assert!(html.contains("<title>") && !html.contains("<title></title>"), "{path} {language}");
            assert!(html.contains("<h1"), "{path} {language}");
        }
    }
    app.stop().await;
}

#[actix_web::test]
async fn no_page_has_inline_script_or_style() {
    let app = TestApp::start().await;

    for path in OPEN {
        let page = app.page(path).await;
        let html = page.text();

        for script in html.split("<script").skip(1) {
            let tag = script.split('>').next().unwrap();
            assert!(tag.contains(" src=") || tag.contains("application/json"), "{path}: <script{tag}>");
        }
        for forbidden in ["<style", " style=\"", " onclick=", " onload=", "javascript:"] {
            assert!(!html.contains(forbidden), "{path}: {forbidden}");
        }
    }
    app.stop().await;
}

#[actix_web::test]
async fn every_answer_has_the_headers_that_keep_browsers_in_bounds() {
    let app = TestApp::start().await;
    let others =
        ["/okienko.js", "/assets/dev/css/base.css", "/api/v1/sites/wroclaw/status", "/healthz", "/nope", "/ws/desk"];

    for path in OPEN.iter().chain(&others) {
        let answer = app.page(path).await;
        let policy = answer.header("content-security-policy").unwrap_or_default();

        assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
        assert!(!policy.contains("unsafe-") && !policy.contains('*'), "{path}: {policy}");
        for part in ["frame-ancestors", "base-uri 'none'", "form-action"] {
            assert!(policy.contains(part), "{path}: {part}");
        }
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(answer.header("referrer-policy"), Some("same-origin"), "{path}");
        assert!(answer.header("permissions-policy").unwrap().contains("camera=(self"), "{path}");
        assert_eq!(answer.header("x-request-id").map(str::len), Some(32), "{path}");
        assert!(answer.header("cache-control").is_some(), "{path}");
        assert_eq!(answer.header("server"), None, "{path}");
        assert_eq!(answer.headers("content-security-policy").len(), 1, "{path}");
    }
    app.stop().await;
}

#[actix_web::test]
async fn pages_about_one_person_are_not_kept() {
    let app = TestApp::start().await;
    let staff = app.staff_cookie("anna@demo.example").await;

    for path in ["/w/wroclaw", "/talk/wroclaw", "/login", "/api/v1/sites/wroclaw/status"] {
        assert_eq!(app.page(path).await.header("cache-control"), Some("no-store"), "{path}");
    }
    let desk = app.send(Request::get("/desk").page().header("cookie", &staff)).await;
    assert_eq!(desk.header("cache-control"), Some("no-store"));
    assert_eq!(desk.header("cross-origin-opener-policy"), Some("same-origin"));
    app.stop().await;
}

#[actix_web::test]
async fn the_language_follows_the_reader() {
    let app = TestApp::start().await;
    let lang = |answer: &crate::client::Response| answer.header("content-language").unwrap().to_owned();

    let by_header =
        app.send(Request::get("/talk/wroclaw").page().header("accept-language", "uk-UA,uk;q=0.9,en;q=0.8")).await;
    let by_wish = app.send(Request::get("/talk/wroclaw?lang=en").page().header("accept-language", "uk")).await;
    let unknown = app.send(Request::get("/talk/wroclaw?lang=xx").page().header("accept-language", "de")).await;

    assert_eq!((lang(&by_header), lang(&by_wish), lang(&unknown)), ("uk".into(), "en".into(), "pl".into()));
    app.stop().await;
}

#[actix_web::test]
async fn a_chosen_language_stays_through_the_login() {
    let app = TestApp::start().await;
    let form = app.page("/login?lang=uk").await;
    let cookie = format!("__Host-okienko-form={}", form.cookie_value("__Host-okienko-form").unwrap());
    let csrf = crate::client::hidden(form.text(), "csrf");
    let send = |password: &str| {
        let fields = [("csrf", csrf.as_str()), ("email", "anna@demo.example"), ("password", password)];
        let referer = format!("{}/login?lang=uk", app.origin());
        app.send(Request::post("/login").page().header("cookie", &cookie).header("referer", &referer).form(&fields))
    };

    let wrong = send("wrong").await;
    let right = send(crate::test_app::PASSWORD).await;

    assert!(wrong.text().contains("<html lang=\"uk\""));
    assert_eq!(right.header("location"), Some("/desk?lang=uk"));
    app.stop().await;
}

#[actix_web::test]
async fn what_can_be_read_can_be_asked_for_its_head() {
    let app = TestApp::start().await;

    for path in ["/talk/wroclaw", "/okienko.js", "/healthz", "/assets/dev/css/base.css"] {
        let head = app.send(Request::head(path)).await;
        assert_eq!((head.status, head.bytes().len()), (200, 0), "{path}");
        assert!(head.header("content-type").is_some(), "{path}");
    }
    app.stop().await;
}

#[actix_web::test]
async fn what_the_demo_does_not_have_leads_to_its_first_page() {
    let app = TestApp::start().await;

    let answer = app.page("/nowhere").await;

    assert_eq!(answer.status, 404);
    assert!(answer.text().contains("<a class=\"btn primary\" href=\"/\">Strona główna</a>"), "{}", answer.text());
    app.stop().await;
}

#[actix_web::test]
async fn production_has_no_demo_pages() {
    let settings = [("SERVER__MODE", "production"), ("HTTP__PUBLIC_URL", "https://okienko.example")];
    let app = TestApp::with(&settings).await;

    for path in ["/", "/gallery"] {
        let answer = app.page(path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.header("strict-transport-security").is_some(), "{path}");
        assert!(!answer.text().contains("Strona główna"), "{path}");
    }
    app.allow("wroclaw", &["https://www.city.example"]).await;
    let panel = app.page("/w/wroclaw").await;
    assert!(!panel.header("content-security-policy").unwrap().contains("localhost"));
    app.stop().await;
}

#[actix_web::test]
async fn a_legal_text_that_nobody_has_approved_says_so() {
    let app = TestApp::start().await;

    for path in ["/privacy/wroclaw", "/terms/wroclaw", "/accessibility/wroclaw"] {
        let page = app.page(path).await;
        assert_eq!(page.text().matches("Wzór: wymaga zatwierdzenia przez urząd").count(), 1, "{path}");
    }
    app.stop().await;
}

/// The values of an attribute in the order of the page.
fn values<'a>(html: &'a str, attribute: &str) -> Vec<&'a str> {
    let opening = format!(" {attribute}=\"");
    html.split(opening.as_str()).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[actix_web::test]
async fn the_accessibility_statement_has_the_ministrys_ids_headings_and_dates_in_every_language() {
    let app = TestApp::start().await;
    let ids = [
        "a11y-wstep",
        "a11y-podmiot",
        "a11y-zakres",
        "a11y-url",
        "a11y-data-publikacja",
        "a11y-data-aktualizacja",
        "a11y-status",
        "a11y-data-sporzadzenie",
        "a11y-kontakt",
        "a11y-email",
        "a11y-telefon",
        "a11y-procedura",
        "a11y-architektura",
        "a11y-komunikacja",
    ];

    for language in ["pl", "en", "uk"] {
        let page = app.page(&format!("/accessibility/wroclaw?lang={language}")).await;
        let html = page.text();
        let found: Vec<&str> = values(html, "id").into_iter().filter(|id| id.starts_with("a11y-")).collect();
        assert_eq!(found, ids, "{language}");
        assert_eq!(html.matches("<h1").count(), 1, "{language}");
        for day in values(html, "datetime") {
            assert!(day.parse::<jiff::civil::Date>().is_ok(), "{language}: {day}");
        }
    }
    let page = app.page("/accessibility/wroclaw?lang=pl").await;
    let html = page.text();
    let headings: Vec<&str> = html
        .split("<h")
        .skip(1)
        .filter(|rest| rest.starts_with(['1', '2', '3']))
        .filter_map(|rest| rest.split_once('>')?.1.split('<').next())
        .collect();
    assert_eq!(
        headings,
        [
            "Deklaracja dostępności",
            "Stan dostępności cyfrowej",
            "Niedostępne treści",
            "Niezgodność z załącznikiem",
            "Przygotowanie deklaracji dostępności i jej aktualizacja",
            "Informacje zwrotne i dane kontaktowe",
            "Zgłoś brak dostępności",
            "Obsługa wniosków i skarg związanych z dostępnością",
            "Pozostałe informacje",
            "Dostępność architektoniczna",
            "Dostępność komunikacyjno-informacyjna",
        ]
    );
    let text: String = html.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text).collect();
    for sentence in [
        "Urząd Miejski Wrocławia zobowiązuje się zapewnić dostępność swojej strony internetowej zgodnie z przepisami \
         ustawy z dnia 4 kwietnia 2019 r. o dostępności cyfrowej stron internetowych i aplikacji mobilnych podmiotów \
         publicznych. Deklaracja dostępności dotyczy strony internetowej Urząd Miejski Wrocławia.",
        "Strona internetowa jest częściowo zgodna z załącznikiem do ustawy z dnia 4 kwietnia 2019 r. o dostępności \
         cyfrowej stron internetowych i aplikacji mobilnych podmiotów publicznych z powodu niezgodności lub wyłączeń \
         wymienionych poniżej.",
        "Na Twoje zgłoszenie odpowiemy najszybciej jak to możliwe, nie później niż w ciągu 7 dni od jego otrzymania.",
        "22 listopada 2026 r.",
        // Somebody of the demo office signs.
        "Z urzędnikiem możesz porozmawiać przez internet w PJM, gdy przyjmuje osoba, która miga.",
    ] {
        assert!(text.contains(sentence), "{sentence}\n{text}");
    }
    app.stop().await;
}

#[actix_web::test]
async fn legal_texts_and_the_way_to_report_a_barrier_are_one_step_away_from_every_page() {
    let app = TestApp::start().await;
    let links = |html: &str| -> Vec<String> {
        let footer = html.rsplit("<footer").next().unwrap_or_default().to_owned();
        values(&footer, "href").into_iter().map(str::to_owned).collect()
    };

    for path in
        ["/login?lang=pl", "/talk/wroclaw?lang=pl", "/w/wroclaw?lang=pl", "/privacy/wroclaw?lang=pl", "/nie-ma?lang=pl"]
    {
        let page = app.page(path).await;
        let found = links(page.text());
        for wanted in [
            "/privacy/wroclaw?lang=pl",
            "/terms/wroclaw?lang=pl",
            "/accessibility/wroclaw?lang=pl",
            "/accessibility/wroclaw?lang=pl#report",
        ] {
            assert!(found.iter().any(|link| link == wanted), "{path} leads to {found:?}, not to {wanted}");
        }
        assert!(page.text().contains("Zgłoś brak dostępności"), "{path}");
    }
    let statement = app.page("/accessibility/wroclaw?lang=pl").await;
    let html = statement.text();
    assert!(html.contains(r#" id="report""#));
    let mail =
        values(html, "href").into_iter().find(|link| link.starts_with("mailto:") && link.contains("subject")).unwrap();
    assert!(mail.starts_with("mailto:dostepnosc@demo.example?subject=Brak%20dost%C4%99pno%C5%9Bci"), "{mail}");
    assert!(html.contains(r#"href="tel:+48000000000""#));
    app.stop().await;
}
