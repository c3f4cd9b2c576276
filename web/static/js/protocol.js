/**
 * The frames of both sockets, as `src/wire.rs` writes them: `type` in kebab-case, fields in snake_case. Types only.
 *
 * A field that Rust calls `Option` is `null` when absent. Instants are ISO 8601 in UTC, ids are UUIDs as text.
 *
 * @module protocol
 */

/** The version of this protocol, sent in both hello and welcome. */
export const VERSION = 'okienko.v1';

/** The longest chat message in characters (Unicode scalar values, as Rust counts them). */
export const MAX_CHAT_CHARS = 2_000;

/** The longest name of a citizen in characters, counted in the same way. */
export const MAX_NAME_CHARS = 60;

/** The longest session description in bytes. */
export const MAX_SDP_BYTES = 64 * 1024;

/** @typedef {string} Instant ISO 8601 in UTC, such as `2026-11-24T09:40:00Z` */
/** @typedef {string} Id a UUID as text */

/** @typedef {'video'|'voice'|'text'|'sign'} Mode how a citizen wants to talk */
/** @typedef {'sign-language'|'live-text'|'more-time'} Need what a citizen needs besides the matter */
/** @typedef {'citizen'|'clerk'|'interpreter'|'companion'|'supervisor'} Role what a member is in the call as */
/** @typedef {'microphone'|'camera'|'screen'} Device what a member lets the others hear or see */
/**
 * Why a place is another.
 * @typedef {'called'|'left'|'visit-ahead'|'long-wait-ahead'|'long-wait-turn'|'returned-ahead'
 *   |'clerks-changed'} MoveReason
 */
/** @typedef {'connecting'|'live'|'reconnecting'} Phase where a call is */
/**
 * Why a call or a ticket came to its end.
 * @typedef {'citizen-hung-up'|'clerk-hung-up'|'not-accepted'|'deferred'|'citizen-lost'|'clerk-lost'|'failed'|'left'|'lapsed'
 *   |'closed-by-office'|'broken-off'} EndReason
 */
/** @typedef {'fresh'|'again'} OfferKind whether an offer begins a connection or changes a running one */
/** @typedef {'receiving'|'break'|'off'} WishedState what a clerk may set their own state to */
/** @typedef {'receiving'|'calling'|'in-call'|'after-call'|'break'|'off'} PresenceView what state a clerk is in */
/** @typedef {'waiting'|'away'|'called'|'deferred'|'missed'|'dropped'} RowState what state a row of the line is in */

/** @typedef {{from_min: number, to_min: number}} WaitRange whole minutes; 0 to 0 if nobody has to wait */

/**
 * A ticket as its owner sees it.
 * @typedef {object} TicketView
 * @property {Id} id
 * @property {string} number such as `A 027`
 * @property {Id} matter
 * @property {string} matter_name in the ticket's language
 * @property {Mode} mode
 * @property {Instant} joined_at
 */

/** @typedef {{name: string, desk: string|null}} ClerkView the clerk as a citizen sees them: `Anna K.` */

/**
 * One member of a call.
 * @typedef {object} MemberView
 * @property {Id} member
 * @property {Role} role
 * @property {string|null} name `null` for a citizen who gave none
 * @property {boolean} microphone whether it is on
 * @property {boolean} camera
 * @property {boolean} screen
 * @property {boolean} connected whether their media are connected at this moment
 * @property {boolean} sees whether the others' pictures are sent to them: not while their link is too slow for any
 * @property {Device[]} turned_off what a clerk turned off and they have not turned on again since
 * @property {boolean} live_text whether they switched live text on
 */

/**
 * A call as one of its members sees it.
 * @typedef {object} CallView
 * @property {Id} call
 * @property {Id} me which of the members the reader is
 * @property {Phase} phase
 * @property {MemberView[]} members in the order they came, the reader among them
 * @property {Instant|null} live_at when citizen and clerk were first connected
 * @property {Instant|null} awaited_until while reconnecting: until when the lost member is awaited; null: ask the clerk
 */

/**
 * Which sections (`mid`) of the reader's own connection carry one other member.
 * @typedef {object} StreamView
 * @property {Id} member
 * @property {string|null} audio
 * @property {string|null} camera
 * @property {string|null} screen
 */

/**
 * One chat message; `id` is the sender's choice, so that a message sent twice is shown once.
 * @typedef {object} ChatView
 * @property {string} id
 * @property {Id} member
 * @property {Role} role
 * @property {Instant} at
 * @property {string} text plain
 */

/**
 * One line of live text as it is now.
 * @typedef {object} UtteranceView
 * @property {string} id the writer's choice
 * @property {Id} member
 * @property {Role} role
 * @property {Instant} at when it was begun
 * @property {number} number of the last edit in it
 * @property {string} text plain; U+FFFD stands for what was lost
 * @property {Instant|null} ended_at `null` while it is written
 */

/** @typedef {'pdf'|'jpeg'|'png'|'tiff'|'docx'|'xlsx'|'odt'|'ods'|'text'|'xml'} DocumentKind by what is inside */
/** @typedef {'sending'|'checking'|'ready'|'refused'|'taken-back'} DocumentState where a document is */
/** @typedef {'asked'|'sent'|'opened'|'to-correct'} DocumentRequestState where a clerk's wish for a document is */

/**
 * One document as one member sees it. Others learn name, kind and size once it was found good.
 * @typedef {object} DocumentView
 * @property {Id} document
 * @property {string|null} id what the own browser called it; `null` for documents of others
 * @property {Id} member who sends it
 * @property {Role} role
 * @property {string|null} name plain text
 * @property {DocumentKind|null} kind
 * @property {number|null} size_bytes
 * @property {DocumentState} state
 * @property {string|null} fault for its sender: why it was refused, a code of `docs/ERRORS.md`
 * @property {boolean} scanned whether a scanner looked for malware and found none
 * @property {boolean} opened whether another member has opened it
 * @property {Instant} at
 * @property {Id|null} request for which wish it was sent
 * @property {string|null} upload for its sender: where its bytes go
 * @property {string|null} download where the reader fetches it
 */

/**
 * A clerk's wish for a document.
 * @typedef {{request: Id, name: string, member: Id, role: Role, state: DocumentRequestState,
 *   at: Instant}} DocumentRequestView
 */

/**
 * All documents of a call as one member sees them.
 * @typedef {object} DocumentsView
 * @property {Id} call
 * @property {'open'|'kept'|'deleted'} phase
 * @property {Instant|null} delete_at when all are deleted; `null` while the call goes on
 * @property {number} kept_min
 * @property {number} max_bytes
 * @property {number} max_count
 * @property {DocumentView[]} documents oldest first
 * @property {DocumentRequestView[]} requests oldest first
 */

/**
 * A refusal or failure, in the reader's language. Absent optional fields are left out.
 * @typedef {object} ProblemView
 * @property {string} code a stable word of `docs/ERRORS.md`
 * @property {string} title what happened, one sentence
 * @property {string} [detail] what is kept and what to do
 * @property {string} [key] of the command that is refused
 * @property {boolean} fatal whether the socket is closed after this
 * @property {number} [retry_after_s]
 * @property {Instant} [until] of `blocked`
 */

/**
 * One row of the line as a clerk sees it.
 * @typedef {object} LineRow
 * @property {Id} ticket
 * @property {string} number
 * @property {string} matter_name
 * @property {Mode} mode
 * @property {Need[]} needs
 * @property {string} language
 * @property {string|null} name
 * @property {Readiness|null} ready what their check of devices came to
 * @property {Instant} joined_at
 * @property {Instant|null} visit_at
 * @property {RowState} state
 * @property {Instant} since
 * @property {Instant|null} until
 * @property {string|null} called_by
 * @property {number} extensions how often the person asked for more time
 * @property {boolean} mine whether this clerk may serve them
 * @property {boolean} next whether "call the next person" would take this one
 */

/** @typedef {{clerk: Id, name: string, desk: string|null}} DeskView a clerk's own record */

/** @typedef {{camera: boolean, microphone: boolean, link: 'good'|'fair'|'poor'|null}} Readiness what works, as far as it was checked */

/* What both browsers say. */

/** @typedef {{type: 'beat', visible: boolean}} BeatCommand */
/** @typedef {{type: 'offer', call: Id, generation: number, kind: OfferKind, sdp: string}} OfferCommand */
/** @typedef {{type: 'media', microphone: boolean, camera: boolean}} MediaCommand */
/** @typedef {{type: 'turn-on', device: Device}} TurnOnCommand what a clerk turned off: only its owner may */
/** @typedef {{type: 'turn-off', member: Id, device: Device}} TurnOffCommand of a citizen or a companion */
/** @typedef {{type: 'chat', id: string, text: string}} ChatCommand */
/** @typedef {{type: 'set-live-text', on: boolean}} SetLiveTextCommand */
/** @typedef {{type: 'live-text', utterance: string, number: number, edit: string}} LiveTextCommand an edit as ITU-T T.140 has it */
/** @typedef {{type: 'hang-up'}} HangUpCommand */
/**
 * @typedef {{type: 'send-document', id: string, name: string, size_bytes: number,
 *   request: Id|null}} SendDocumentCommand
 */
/** @typedef {{type: 'take-back-document', document: Id}} TakeBackDocumentCommand */
/** @typedef {SendDocumentCommand | TakeBackDocumentCommand} DocumentCommand what both sides do with documents */
/**
 * What clerks alone do with documents.
 * @typedef {{type: 'ask-document', name: string} | {type: 'ask-document-again', request: Id}
 *   | {type: 'drop-document-request', request: Id}} DocumentRequestCommand
 */

/** @typedef {{type: 'hello', version: string, token: string|null, take_over: boolean, page?: string}} CitizenHello */
/**
 * @typedef {{type: 'join', matter: Id, mode: Mode, needs: Need[], language: string, name: string|null,
 *   notice: string, ready: Readiness|null}} JoinCommand
 */
/**
 * What a citizen's browser says.
 * @typedef {CitizenHello | BeatCommand | {type: 'check-start'} | {type: 'check-stop'} | JoinCommand
 *   | {type: 'accept'} | {type: 'more-time'} | {type: 'here'} | {type: 'return'} | {type: 'leave'}
 *   | OfferCommand | MediaCommand | TurnOnCommand | ChatCommand | HangUpCommand | DocumentCommand
 *   | SetLiveTextCommand | LiveTextCommand} CitizenCommand
 */

/** @typedef {{type: 'hello', version: string, take_over: boolean, page?: string}} DeskHello */
/** @typedef {'threats' | 'insults' | 'sexual' | 'other'} AbuseReason why a clerk breaks a call off */
/** @typedef {'hour' | 'day' | 'week'} BlockLength how long a device is kept out of the line after it */
/**
 * What a clerk's browser says.
 * @typedef {DeskHello | BeatCommand | {type: 'set-state', state: WishedState} | {type: 'call-next'}
 *   | {type: 'call-ticket', ticket: Id} | {type: 'cancel-call'} | {type: 'wait-longer'} | OfferCommand | MediaCommand | ChatCommand
 *   | SetLiveTextCommand | LiveTextCommand | TurnOffCommand | HangUpCommand | DocumentCommand | DocumentRequestCommand | {type: 'more-wrap-up'}
 *   | {type: 'break-off', reason: AbuseReason, block: BlockLength | null}
 *   | {type: 'finish-wrap-up', next: WishedState}} DeskCommand
 */

/* What both browsers are told. Every frame also carries `seq`. */

/** @typedef {{type: 'room-ready', call: Id, generation: number}} RoomReadyFrame make a new RTCPeerConnection, offer */
/** @typedef {{type: 'offer-again', call: Id, generation: number, others: number}} OfferAgainFrame */
/** @typedef {{type: 'answer', call: Id, generation: number, sdp: string, streams: StreamView[]}} AnswerFrame */
/** @typedef {{type: 'chat', call: Id, message: ChatView}} ChatFrame */
/** @typedef {{type: 'live-text', call: Id, utterance: UtteranceView}} LiveTextFrame a line, whole, after each edit */
/** @typedef {{type: 'transcript', call: Id, messages: ChatView[], utterances: UtteranceView[]}} TranscriptFrame */
/** @typedef {{type: 'documents'} & DocumentsView} DocumentsFrame */
/** @typedef {{type: 'ack', key: string}} AckFrame */
/** @typedef {{type: 'problem'} & ProblemView} ProblemFrame */
/** @typedef {{type: 'beat', now: Instant}} BeatFrame */
/** @typedef {{type: 'closing', retry_after_s: number}} ClosingFrame */
/**
 * @typedef {RoomReadyFrame | OfferAgainFrame | AnswerFrame | ChatFrame | LiveTextFrame | TranscriptFrame
 *   | DocumentsFrame | AckFrame | ProblemFrame | BeatFrame | ClosingFrame} SharedFrame
 */

/** @typedef {{type: 'welcome', version: string, session: Id, now: Instant, beat_s: number}} CitizenWelcome */
/** @typedef {{type: 'elsewhere'}} ElsewhereFrame in use in another tab; hello with `take_over` moves it here */
/** @typedef {{type: 'check-ready', call: Id, generation: number}} CheckReadyFrame */
/**
 * @typedef {{type: 'waiting', ticket: TicketView, place: number, ahead: number, wait: WaitRange|null,
 *   receiving: number, reason: MoveReason|null, kept_s: number}} WaitingFrame
 */
/**
 * @typedef {{type: 'called', ticket: TicketView, call: Id, clerk: ClerkView, deadline: Instant,
 *   extension_s: number, extensions_left: number}} CalledFrame
 */
/** @typedef {{type: 'deferred', ticket: TicketView, until: Instant, extensions_left: number}} DeferredFrame */
/** @typedef {{type: 'missed', ticket: TicketView, called_at: Instant, return_until: Instant, dropped: boolean}} MissedFrame */
/** @typedef {{type: 'in-call', ticket: TicketView} & CallView} CitizenInCallFrame */
/**
 * @typedef {{type: 'ended', ticket: TicketView, reason: Exclude<EndReason, 'deferred'>, live_at: Instant|null,
 *   ended_at: Instant, blocked_until: Instant|null}} EndedFrame
 */
/**
 * What a citizen's browser is told.
 * @typedef {CitizenWelcome | ElsewhereFrame | {type: 'idle'} | CheckReadyFrame | WaitingFrame | CalledFrame | DeferredFrame
 *   | MissedFrame | CitizenInCallFrame | EndedFrame | SharedFrame} CitizenFrame
 */

/** @typedef {{type: 'welcome', version: string, desk: DeskView, now: Instant, beat_s: number}} DeskWelcome */
/**
 * In use in another window; hello with `take_over` moves it here. `same_login`: a window of the same browser.
 * @typedef {{type: 'elsewhere', same_login: boolean, since: Instant}} DeskElsewhereFrame
 */
/**
 * @typedef {{type: 'presence', state: PresenceView, since: Instant, until: Instant|null, wished: WishedState,
 *   ticket: LineRow|null}} PresenceFrame
 */
/** @typedef {{type: 'line', at: Instant, waiting: number, rows: LineRow[]}} LineFrame at most 100 rows */
/** @typedef {{type: 'taken', ticket: Id, number: string, by: string}} TakenFrame somebody else was faster */
/** @typedef {{type: 'in-call'} & CallView} DeskInCallFrame */
/** @typedef {{type: 'call-ended', call: Id, reason: EndReason}} CallEndedFrame */
/** @typedef {{type: 'broken-off', at: Instant, by: string, reason: AbuseReason, block: BlockLength | null}} BrokenOffFrame to managers */
/**
 * What a clerk's browser is told.
 * @typedef {DeskWelcome | DeskElsewhereFrame | PresenceFrame | LineFrame | TakenFrame | DeskInCallFrame | CallEndedFrame | BrokenOffFrame
 *   | SharedFrame} DeskFrame
 */
