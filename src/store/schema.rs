//! The tables as diesel sees them, the same on each database. `migrations/` has their meaning and their rules.

diesel::table! {
    offices (id) { id -> Text, name -> Text, phone -> Text, time_zone -> Text, max_waiting -> BigInt, }
}

diesel::table! {
    blocks (id) {
        id -> Text,
        office_id -> Text,
        device_mark -> Text,
        call_id -> Text,
        clerk_id -> Text,
        reason -> Text,
        length -> Text,
        since -> BigInt,
        until_at -> BigInt,
    }
}

diesel::table! {
    document_rules (office_id) { office_id -> Text, kept_min -> BigInt, }
}

diesel::table! {
    sites (id) {
        id -> Text,
        office_id -> Text,
        key -> Text,
        name -> Text,
        allowed_origins -> Text,
        brand -> Text,
        on_brand -> Text,
        brand_dark -> Text,
        on_brand_dark -> Text,
        monogram -> Text,
        launcher_size_px -> BigInt,
        corner -> Text,
        offset_px -> BigInt,
        look_version -> BigInt,
    }
}

diesel::table! {
    matters (id) {
        id -> Text,
        office_id -> Text,
        letter -> Text,
        name -> Text,
        summary -> Text,
        prepare -> Text,
        typical_s -> BigInt,
        rank -> BigInt,
        is_general -> BigInt,
    }
}

diesel::table! {
    matter_hours (matter_id, weekday, from_min) {
        office_id -> Text,
        matter_id -> Text,
        weekday -> BigInt,
        from_min -> BigInt,
        to_min -> BigInt,
    }
}

diesel::table! {
    closures (office_id, day) {
        office_id -> Text,
        day -> Text,
        from_min -> Nullable<BigInt>,
        to_min -> Nullable<BigInt>,
        reason -> Text,
    }
}

diesel::table! {
    legal_texts (id) {
        id -> Text,
        office_id -> Text,
        site_id -> Text,
        kind -> Text,
        language -> Text,
        version -> Text,
        body -> Text,
        published_at -> BigInt,
    }
}

diesel::table! {
    staff (id) {
        id -> Text,
        office_id -> Text,
        email -> Text,
        password_hash -> Text,
        given_name -> Text,
        family_name -> Text,
        desk -> Nullable<Text>,
        role -> Text,
        sign -> Bool,
        active -> Bool,
    }
}

diesel::table! {
    staff_matters (clerk_id, matter_id) { office_id -> Text, clerk_id -> Text, matter_id -> Text, }
}

diesel::table! {
    staff_languages (clerk_id, language) { office_id -> Text, clerk_id -> Text, language -> Text, rank -> BigInt, }
}

diesel::table! {
    logins (id) {
        id -> Text,
        office_id -> Text,
        clerk_id -> Text,
        token_hash -> Text,
        created_at -> BigInt,
        last_seen_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    sessions (id) {
        id -> Text,
        office_id -> Text,
        site_id -> Text,
        token_hash -> Text,
        language -> Text,
        notice_version -> Nullable<Text>,
        terms_version -> Nullable<Text>,
        created_at -> BigInt,
        last_seen_at -> BigInt,
        expires_at -> BigInt,
        handover_hash -> Nullable<Text>,
        handover_until -> Nullable<BigInt>,
        second_token_hash -> Nullable<Text>,
        device_mark -> Nullable<Text>,
    }
}

diesel::table! {
    tickets (id) {
        id -> Text,
        office_id -> Text,
        site_id -> Text,
        session_id -> Text,
        matter_id -> Text,
        number -> Text,
        day -> Text,
        mode -> Text,
        needs -> Text,
        language -> Text,
        name -> Nullable<Text>,
        notice_version -> Text,
        joined_at -> BigInt,
        visit_at -> Nullable<BigInt>,
        head_since -> Nullable<BigInt>,
        away_since -> Nullable<BigInt>,
        extensions -> BigInt,
        recalls -> BigInt,
        state -> Text,
        since -> BigInt,
        clerk_id -> Nullable<Text>,
        call_id -> Nullable<Text>,
        clerk_until -> Nullable<BigInt>,
        until_at -> Nullable<BigInt>,
        called_at -> Nullable<BigInt>,
        end_reason -> Nullable<Text>,
        revision -> BigInt,
        readiness -> Nullable<Text>,
        return_until -> Nullable<BigInt>,
    }
}

diesel::table! {
    ticket_counters (matter_id, day) { office_id -> Text, matter_id -> Text, day -> Text, last -> BigInt, }
}

diesel::table! {
    calls (id) {
        id -> Text,
        office_id -> Text,
        ticket_id -> Text,
        clerk_id -> Text,
        called_at -> BigInt,
        live_at -> Nullable<BigInt>,
        ended_at -> Nullable<BigInt>,
        end_reason -> Nullable<Text>,
    }
}

diesel::table! {
    members (id) {
        id -> Text,
        office_id -> Text,
        call_id -> Text,
        role -> Text,
        session_id -> Nullable<Text>,
        clerk_id -> Nullable<Text>,
        joined_at -> BigInt,
        left_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    presences (clerk_id) {
        clerk_id -> Text,
        office_id -> Text,
        state -> Text,
        since -> BigInt,
        wished -> Text,
        lost_since -> Nullable<BigInt>,
        ticket_id -> Nullable<Text>,
        call_id -> Nullable<Text>,
        until_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    keeping (log) { log -> Text, kept_from -> BigInt, }
}

diesel::table! {
    events (kind, subject, seq) {
        office_id -> Text,
        kind -> Text,
        subject -> Text,
        seq -> BigInt,
        at -> BigInt,
        from_state -> Text,
        to_state -> Text,
        by_kind -> Text,
        by_clerk -> Nullable<Text>,
        reason -> Text,
    }
}

diesel::table! {
    audit (office_id, seq) {
        office_id -> Text,
        seq -> BigInt,
        at -> BigInt,
        by_clerk -> Nullable<Text>,
        action -> Text,
        subject -> Text,
        before -> Nullable<Text>,
        after -> Nullable<Text>,
    }
}

diesel::table! {
    commands (party, key) {
        office_id -> Text,
        party -> Text,
        key -> Text,
        begun_at -> BigInt,
        result -> Nullable<Text>,
    }
}

diesel::table! {
    ratings (call_id) {
        call_id -> Text,
        office_id -> Text,
        stars -> BigInt,
        comment -> Nullable<Text>,
        rated_at -> BigInt,
        edited_at -> BigInt,
    }
}

diesel::table! {
    notes (call_id, version) {
        call_id -> Text,
        version -> BigInt,
        office_id -> Text,
        clerk_id -> Text,
        outcome -> Nullable<Text>,
        body -> Text,
        begun_at -> BigInt,
        saved_at -> BigInt,
    }
}

diesel::table! {
    questions (id) {
        id -> Text,
        office_id -> Text,
        slug -> Text,
        matter_id -> Nullable<Text>,
        rank -> BigInt,
        question -> Text,
        answer -> Text,
        updated_at -> BigInt,
    }
}

diesel::table! {
    ready_replies (id) {
        id -> Text,
        office_id -> Text,
        rank -> BigInt,
        title -> Text,
        body -> Text,
    }
}

diesel::table! {
    question_votes (question_id, day) {
        question_id -> Text,
        day -> Text,
        office_id -> Text,
        helped -> BigInt,
        not_helped -> BigInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(calls, members, notes, ratings, tickets);
diesel::allow_tables_to_appear_in_same_query!(logins, staff);
diesel::allow_tables_to_appear_in_same_query!(sessions, tickets);
