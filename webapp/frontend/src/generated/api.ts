/** Made by `make contracts` from webapp/features: change it there. */
export interface paths {
    "/api/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is logged in, and the CSRF token. */
        get: operations["read_session"];
        put?: never;
        /**
         * Logs in: a new session, whose cookie comes with the answer.
         * @description Who has a second factor gets 401 `second-factor-needed` instead, with what finishes the login; who must have one and
         *     has none 401 `second-factor-missing`, with the secret for an app.
         *     After failed logins the next one has to wait (429, `retry_after_s`).
         */
        post: operations["log_in"];
        /** Ends the session and its open pages. */
        delete: operations["log_out"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/second": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** The second half of a login: a code of the person's app, or a recovery code. A code counts once. */
        put: operations["finish_login"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/second/new": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** The second half of a login of who must have a second factor and has none: the app that was just set up shows a code. */
        put: operations["set_up_and_finish"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/passkey/options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What the browser asks a passkey; the handle counts once, within five minutes. */
        post: operations["ask_for_passkey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/passkey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Logs in with a passkey, which is both factors. */
        put: operations["log_in_with_passkey"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/locale": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Keeps the user's language. */
        put: operations["set_locale"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ticket": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A ticket with which Socket.IO is opened: once, within 60 s. */
        post: operations["make_ticket"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/account": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How one comes in, and where one is logged in. */
        get: operations["read_account"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Another password for the one who knows the present one.
         * @description All other sessions end; this one goes on as a new one, whose cookie comes with the answer.
         */
        put: operations["change_password"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/others": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Ends all own sessions but this one, with their pages. */
        delete: operations["end_other_sessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/others/{session_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                session_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Ends one of the own sessions, with its pages. */
        delete: operations["end_other_session"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/totp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** The app is the second factor from now on; its recovery codes are told this once. */
        put: operations["set_totp"];
        /** A new secret for an app that makes codes; nothing is kept yet. */
        post: operations["begin_totp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/totp/removal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** No codes of an app any more, and no recovery codes. */
        post: operations["remove_totp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/recovery-codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** New recovery codes; the old ones do not count any more. */
        post: operations["make_recovery_codes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/passkeys/options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What the browser asks for a new passkey; the handle counts once, within five minutes. */
        post: operations["ask_for_new_passkey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/passkeys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A new passkey, with which one logs in from now on. */
        post: operations["add_passkey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/passkeys/{passkey_id}/removal": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                passkey_id: number;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** This passkey does not count any more. */
        post: operations["remove_passkey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/ways": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How people may come in here. */
        get: operations["read_ways"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Sets the password of the one whose link this is, who then logs in with it.
         * @description The link is used up, sessions end, failed logins are forgotten. A password that is refused uses nothing up.
         */
        put: operations["use_link"];
        /** For whom a one-time link is; it can still be used after. */
        post: operations["look_at_link"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/forgotten": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sends a one-time link by mail to the one who has this login, a password and an address.
         * @description The answer is the same when there is nobody.
         */
        post: operations["forgot_password"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/away/{provider}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                provider: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Where the browser goes to log in; the provider sends it back to the page `/sign-in` with what `PUT /api/session/away`
         *     takes.
         */
        post: operations["go_away"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/away": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Logs in with what the provider sent the browser back with. Each state counts once.
         * @description Whose second factor the provider does not vouch for is asked for it (401 `second-factor-needed`, as by a password).
         */
        put: operations["come_back"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/directory/{provider}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                provider: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Logs in with the name and the password that a directory knows. */
        post: operations["log_in_by_directory"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/sign-out": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends the session and its open pages, and tells where the browser goes to sign out there, too ('' nowhere). */
        post: operations["sign_out"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/centre": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a desk needs to know of the configuration. */
        get: operations["read_centre"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/opening": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Whether these hours (a record of entity `hours`, saved or not) are open now, and when that changes. */
        post: operations["tell_opening"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/centre/entities": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the user may see of what can be set up, each with its fields, limits, references and words. */
        get: operations["describe_entities"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/centre/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How far the newest import of the user is, or what became of it. */
        get: operations["read_import"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/centre/{entity}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                entity: "teams" | "groups" | "agents" | "free_seats" | "skills" | "queues" | "services" | "service_numbers" | "recording_rules" | "voicemail_boxes" | "alarm_rules" | "hours" | "calendars" | "flows" | "not_ready_reasons" | "dispositions" | "data_labels" | "trunks" | "trunk_groups" | "number_rules" | "short_numbers" | "classes_of_service" | "forbidden_numbers" | "prompts" | "settings" | "customers" | "customer_classes" | "customer_fields" | "notices" | "look" | "scripts" | "shelf" | "shelf_hosts" | "address_book" | "users" | "roles" | "sign_in_providers" | "tokens" | "webhooks";
            };
            cookie?: never;
        };
        /** A page of a list, searched, filtered and sorted. */
        get: operations["list_entries"];
        put?: never;
        /** Makes one; a copy is made of another one's record with another key. */
        post: operations["create_entry"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/centre/{entity}/{key}": {
        parameters: {
            query?: never;
            header?: {
                /** @description the version that was seen, as ETag told it */
                "If-Match"?: string;
            };
            path: {
                entity: "teams" | "groups" | "agents" | "free_seats" | "skills" | "queues" | "services" | "service_numbers" | "recording_rules" | "voicemail_boxes" | "alarm_rules" | "hours" | "calendars" | "flows" | "not_ready_reasons" | "dispositions" | "data_labels" | "trunks" | "trunk_groups" | "number_rules" | "short_numbers" | "classes_of_service" | "forbidden_numbers" | "prompts" | "settings" | "customers" | "customer_classes" | "customer_fields" | "notices" | "look" | "scripts" | "shelf" | "shelf_hosts" | "address_book" | "users" | "roles" | "sign_in_providers" | "tokens" | "webhooks";
                key: string;
            };
            cookie?: never;
        };
        /** One, with its version. */
        get: operations["read_entry"];
        put?: never;
        post?: never;
        /** Removes one to which nothing refers. */
        delete: operations["remove_entry"];
        options?: never;
        head?: never;
        /** Changes the fields that are given. */
        patch: operations["change_entry"];
        trace?: never;
    };
    "/api/centre/{entity}/{key}/history": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                entity: "teams" | "groups" | "agents" | "free_seats" | "skills" | "queues" | "services" | "service_numbers" | "recording_rules" | "voicemail_boxes" | "alarm_rules" | "hours" | "calendars" | "flows" | "not_ready_reasons" | "dispositions" | "data_labels" | "trunks" | "trunk_groups" | "number_rules" | "short_numbers" | "classes_of_service" | "forbidden_numbers" | "prompts" | "settings" | "customers" | "customer_classes" | "customer_fields" | "notices" | "look" | "scripts" | "shelf" | "shelf_hosts" | "address_book" | "users" | "roles" | "sign_in_providers" | "tokens" | "webhooks";
                key: string;
            };
            cookie?: never;
        };
        /** Who changed what and when, the newest first; also of what was removed. */
        get: operations["entry_history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/centre/{entity}/{key}/undo": {
        parameters: {
            query?: never;
            header?: {
                /** @description the version that was seen, as ETag told it */
                "If-Match"?: string;
            };
            path: {
                entity: "teams" | "groups" | "agents" | "free_seats" | "skills" | "queues" | "services" | "service_numbers" | "recording_rules" | "voicemail_boxes" | "alarm_rules" | "hours" | "calendars" | "flows" | "not_ready_reasons" | "dispositions" | "data_labels" | "trunks" | "trunk_groups" | "number_rules" | "short_numbers" | "classes_of_service" | "forbidden_numbers" | "prompts" | "settings" | "customers" | "customer_classes" | "customer_fields" | "notices" | "look" | "scripts" | "shelf" | "shelf_hosts" | "address_book" | "users" | "roles" | "sign_in_providers" | "tokens" | "webhooks";
                key: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The record of a former version, as a new one.
         * @description What was removed is there again; If-Match is the version of its removal.
         */
        post: operations["undo_entry"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/centre/{entity}.{ending}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                entity: "teams" | "groups" | "agents" | "free_seats" | "skills" | "queues" | "services" | "service_numbers" | "recording_rules" | "voicemail_boxes" | "alarm_rules" | "hours" | "calendars" | "flows" | "not_ready_reasons" | "dispositions" | "data_labels" | "trunks" | "trunk_groups" | "number_rules" | "short_numbers" | "classes_of_service" | "forbidden_numbers" | "prompts" | "settings" | "customers" | "customer_classes" | "customer_fields" | "notices" | "look" | "scripts" | "shelf" | "shelf_hosts" | "address_book" | "users" | "roles" | "sign_in_providers" | "tokens" | "webhooks";
                ending: "csv" | "xlsx";
            };
            cookie?: never;
        };
        /**
         * All as a table that can be imported again.
         * @description No secrets; no cell is ever a formula. An audit row.
         */
        get: operations["export_entries"];
        put?: never;
        /**
         * Takes a table: new rows are created, others changed, all or none.
         * @description `dry_run` tells what would become of each row; 1,000 are told, those that are refused first.
         *     A column that is missing leaves its field as it is.
         */
        post: operations["import_entries"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/calls/{call_id}/customers": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                call_id: string;
            };
            cookie?: never;
        };
        /** Who calls, by the call's number: for who sees the call, or has talked in it. */
        get: operations["call_customers"];
        put?: never;
        /** Makes a customer of who calls. */
        post: operations["create_call_customer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/calls/{call_id}/customers/{customer_id}/notes": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                call_id: string;
                customer_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Adds a line to the notes of who calls, with time and name. */
        post: operations["note_of_customer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/customers/{customer_id}/merges": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                customer_id: string;
            };
            cookie?: never;
        };
        /** Which customers have become a part of this one, the newest first. */
        get: operations["customer_merges"];
        put?: never;
        /** Another customer becomes a part of this one: numbers, tags, own fields and notes; its history stays. */
        post: operations["merge_customers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/customers/{customer_id}/parts": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                customer_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Undoes a merge: both are as they were before it. */
        post: operations["part_customers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/address-book": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** At most 50 contacts, by name. */
        get: operations["find_contacts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/notices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the user is to know now, the most important first. */
        get: operations["own_notices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/notices/{notice_id}/receipt": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                notice_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The user has read it. */
        post: operations["read_notice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/notices/{notice_id}/readers": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                notice_id: string;
            };
            cookie?: never;
        };
        /** Its audience, who has not read it first; as far as one's right goes. */
        get: operations["notice_readers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/look": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Name, colours and pictures of the centre as they are in force, for the login page, too. */
        get: operations["own_look"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/look/{picture}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                picture: "logo_light" | "logo_dark" | "icon";
            };
            cookie?: never;
        };
        /** One of its pictures. */
        get: operations["own_picture"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/look/picture": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Makes a small WebP of a PNG, JPEG or WebP, as the record takes it. Nothing is kept: that does `PATCH
         *     /api/centre/look/centre`.
         */
        post: operations["convert_picture"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/papers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All scripts, and what of the shelf is for this user. */
        get: operations["own_papers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/prompts/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        /** A prompt's sounds, and what the switches have of all prompts. */
        get: operations["prompt_sounds"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/prompts/{name}/{folder}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                folder: "zh" | "en" | "music";
            };
            cookie?: never;
        };
        get?: never;
        /** Takes a sound as wav, mp3, flac or ogg, at most 4 min; it is made mono, 16 bits, at 8 and 16 kHz. An audit row. */
        put: operations["upload_sound"];
        post?: never;
        /** Removes a sound; the last one of a prompt that is in use stays. An audit row. */
        delete: operations["remove_sound"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/prompts/{name}/{folder}/message": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                folder: "zh" | "en" | "music";
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes what somebody has spoken into a voicemail box by phone, as an upload. An audit row. */
        post: operations["take_message"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/prompts/{name}/{folder}/audio": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                folder: "zh" | "en" | "music";
            };
            cookie?: never;
        };
        /** The sound at 16 kHz. */
        get: operations["hear_sound"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/switch/prompts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Which files a switch should have in its folder of prompts, for the switch. */
        get: operations["files_for_switches"];
        put?: never;
        /** Which of them a switch has, as it lies there. */
        post: operations["files_of_switch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/switch/prompts/{folder}/{rate}/{name}.wav": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                folder: "zh" | "en" | "music";
                rate: "8000" | "16000";
                name: string;
            };
            cookie?: never;
        };
        /** One of them. */
        get: operations["file_for_switch"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/configuration/draft": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How many entries differ from what is in force, by whom, since when; and which version each daemon has. */
        get: operations["read_draft"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/configuration/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Why the draft could not be published: each problem with its entry and field, the first 200. */
        get: operations["check_draft"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/configuration/difference": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Between two versions, or of the draft against what is in force: how many entries of each kind, and a page of them. */
        get: operations["read_difference"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/configuration/publish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The draft takes force as a new version, at once or at a set time as it is now. */
        post: operations["publish_draft"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/configuration/discard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The draft, or one entry of it, is as in force again. */
        post: operations["discard_draft"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/configuration/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was published, the newest first: 100 at most, below the number that is given. */
        get: operations["list_versions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/configuration/versions/{version}/rollback": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                version: number;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Everything published as of a version, as a new one; users and what else is in force at once stay. */
        post: operations["roll_back"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/configuration/plans": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Publications for a set time, and what became of them. */
        get: operations["list_plans"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/configuration/plans/{plan}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                plan: number;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** It is not published. */
        delete: operations["cancel_plan"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/configuration/document.yaml": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The draft of the whole centre as one document for git and for another centre; no passwords. An audit row. */
        get: operations["export_document"];
        put?: never;
        /**
         * The draft becomes what the document says of each part that it names, all or nothing.
         * @description `dry_run` tells the difference: how many entries of each kind, and the first of them. It takes force when it is published.
         */
        post: operations["import_document"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Which steps are done, by what is there now, and what each lacks. */
        get: operations["read_first_run"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/start/doctor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What `cti doctor` finds, with what to do; as the user of this process, who may not see everything.
         * @description It takes some seconds; what it found counts for 5 s.
         */
        get: operations["ask_doctor"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/start/people": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Lines of text as agents with logins, all or nothing.
         * @description Agents take force when the draft is published; logins are there at once, without a password: invite them.
         */
        post: operations["take_people"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/start/queue": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A queue with every agent who is in none. */
        post: operations["make_queue"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/start/demo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How many entries of the demo are here, and how many calls, recordings and intervals of agents are its own.
         * @description Its own are calls that came to its numbers, waited in its queues and were rung at its agents, and at nothing else.
         */
        get: operations["look_at_demo"];
        put?: never;
        /** Fills an empty centre with the demo and publishes it. */
        post: operations["fill_demo"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/start/demo/wipe": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Removes all that the demo made but who asks for it, and publishes that, whole or not at all.
         * @description Calls and recordings stay unless `calls` says that those of the demo go, too; reports are right in both cases. The worker
         *     deletes the files. Whoever is gone is logged out. The virtual colleagues of a demo machine are sent home before, and their
         *     callers with them, unless people are at work, too.
         */
        post: operations["wipe_demo"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/commands": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sends a command and waits for the engine's answer.
         * @description Who may send which is in the description of each.
         */
        post: operations["send_command"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/calls": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Calls, the newest first; as far as one's right goes.
         * @description A search that takes more than 10 s is stopped: give days.
         */
        get: operations["find_calls"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/calls.{ending}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                ending: "csv" | "xlsx";
            };
            cookie?: never;
        };
        /**
         * The list as a file, with its filters, the newest first.
         * @description At most 50,000 calls; that somebody took numbers and notes out is an audit row.
         */
        get: operations["calls_file"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/calls/{call_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                call_id: string;
            };
            cookie?: never;
        };
        /** One call with its segments, recordings and dispositions. */
        get: operations["read_call"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/recordings/{recording_id}/audio": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                recording_id: string;
            };
            cookie?: never;
        };
        /**
         * The sound of a recording, whole or in parts.
         * @description For those whose right reaches an agent who talked (of a voicemail: a team that serves its queue, or the team of its box,
         *     of which it is heard then). Each listening is an audit row.
         */
        get: operations["listen"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/recordings/{recording_id}/download": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                recording_id: string;
            };
            cookie?: never;
        };
        /**
         * The file to take away, for those who have the right.
         * @description Each is an audit row, written before the first byte.
         */
        get: operations["download"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Messages in boxes that the user reaches, the newest first. */
        get: operations["list_messages"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/message-boxes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The boxes that the user reaches, with what waits in them. */
        get: operations["message_boxes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/messages/{message_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                message_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** It is done, or waits again; what was done. An audit row. */
        patch: operations["settle_message"];
        trace?: never;
    };
    "/api/reports/queues": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The queues' figures of days.
         * @description More than 31 days with a row a day only (interval 1440).
         */
        get: operations["queue_report"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/reports/agents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The agents' figures of days, with what runs at the moment.
         * @description More than 31 days with a row a day only (interval 1440).
         */
        get: operations["agent_report"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/reports/queues.{ending}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                ending: "csv" | "xlsx";
            };
            cookie?: never;
        };
        /**
         * The queues' figures as a file for people.
         * @description Names, `m:ss`, `%`, totals marked; no cell is ever a formula. An audit row.
         */
        get: operations["queue_file"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/reports/agents.{ending}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                ending: "csv" | "xlsx";
            };
            cookie?: never;
        };
        /**
         * The agents' figures as a file for people.
         * @description Names, `m:ss`, `%`, totals marked; no cell is ever a formula. An audit row.
         */
        get: operations["agent_file"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/reports/calls": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The calls behind figures, by their arrival, the newest first.
         * @description One line for each fact that a count counted, one for each call behind a time.
         */
        get: operations["figure_calls"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Rows of the audit, the newest first.
         * @description A search that takes more than 10 s is stopped: give days.
         */
        get: operations["find_audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit.{ending}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                ending: "csv" | "xlsx";
            };
            cookie?: never;
        };
        /**
         * The rows as a file, at most 50,000, the newest first.
         * @description That somebody took it out is an audit row.
         */
        get: operations["audit_file"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit/chain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether every row is there as it was written, as far as the worker has looked. */
        get: operations["audit_chain"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/{login}/sign-in": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                login: string;
            };
            cookie?: never;
        };
        /** How somebody comes in, and what keeps them out: password, link, lock, failures, sessions. */
        get: operations["read_sign_in"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/{login}/link": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                login: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A one-time link with which this person sets a password: an invitation, or a reset for who has one.
         * @description An older one ends. It goes out by mail where that is set up; the answer tells it, this once. The password stays as it
         *     is until the link is used.
         */
        post: operations["make_link"];
        /** The link of this person does not count any more. */
        delete: operations["revoke_link"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/invitations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Invites everybody who has no password and is neither disabled nor locked; older links of theirs end.
         * @description As far as one's right goes, and nobody who may more.
         */
        post: operations["invite_all"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/{login}/lock": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                login: string;
            };
            cookie?: never;
        };
        get?: never;
        /** Keeps somebody out, whatever they know: sessions end, nobody logs in as this user until it is unlocked. */
        put: operations["lock_user"];
        post?: never;
        /** Ends an administrator's lock and the waits after failed logins. */
        delete: operations["unlock_user"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/{login}/second-factors": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                login: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * The person has no second factor any more, e.g. because the telephone is lost; sessions end.
         * @description Whose role must have one sets up another at the next login.
         */
        delete: operations["reset_second_factors"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/{login}/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                login: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Ends every session of a user.
         * @description Their pages close, here at once, in other web processes within 10 s; an audit row.
         */
        delete: operations["end_sessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/{login}/sessions/{session_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                login: string;
                session_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Ends one session of a user. */
        delete: operations["end_one_session"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/switch/directory": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A phone's account, for the switch. */
        post: operations["look_up"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether this process is fit.
         * @description 503 when Redis, the engine or the database is away; which of them is told to this machine and to who has the
         *     token. As of the last 2 s.
         */
        get: operations["healthz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Figures of this process for Prometheus. */
        get: operations["metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Opens the event stream: a websocket, with an API token.
         * @description With `epoch` and `seq` it goes on behind that place, if that is not too long ago; else it begins with a snapshot.
         */
        get: operations["open_stream"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/asyncapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What comes on the event stream and to webhooks, as an AsyncAPI document. */
        get: operations["asyncapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhooks/{webhook}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                webhook: string;
            };
            cookie?: never;
        };
        /** What was sent, is sent, and could not be sent, the newest first. */
        get: operations["list_deliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhooks/{webhook}/deliveries/{row}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                webhook: string;
                row: number;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sends one again, under the same id, so that a receiver that has it takes it for no other one. An audit row. */
        post: operations["replay_delivery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhooks/{webhook}/test": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                webhook: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sends `webhook.test`, at once where it rests after a failure. Nothing is sent to one that is off. */
        post: operations["test_webhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document. */
        get: operations["openapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/docs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A page to read it and try it out. */
        get: operations["docs_page"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/docs/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: "start.js" | "swagger-ui.css" | "swagger-ui-bundle.js" | "favicon-32x32.png";
            };
            cookie?: never;
        };
        /** The page's parts. */
        get: operations["docs_asset"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Error: {
            /** @description kebab-case, never changes */
            error_id: string;
            /** @description what is wrong and what to do */
            message: string;
            details: {
                [key: string]: unknown;
            };
        };
        Login: {
            login: string;
            password: string;
        };
        User: {
            id: number;
            login: string;
            name: string;
            role: string;
            role_texts: {
                [key: string]: string;
            };
            agent_id: string;
            team: string;
            group: string;
            /** @enum {string} */
            locale: "" | "zh-CN" | "en";
            rights: {
                [key: string]: "own" | "team" | "group" | "tenant";
            };
        };
        Session: {
            user: components["schemas"]["User"];
            /** @description those that a right with the scope group reaches */
            teams: string[];
            /** @description send it as X-CSRF-Token */
            csrf: string;
        };
        Second: {
            pending: string;
            code: string;
        };
        FirstSecond: {
            pending: string;
            secret: string;
            code: string;
        };
        FirstSession: {
            user: components["schemas"]["User"];
            /** @description those that a right with the scope group reaches */
            teams: string[];
            /** @description send it as X-CSRF-Token */
            csrf: string;
            /** @description told this once */
            recovery_codes: string[];
        };
        PasskeyAsk: {
            handle: string;
            /** @description for `navigator.credentials`, as WebAuthn has it in JSON */
            options: {
                [key: string]: unknown;
            };
        };
        Passkey: {
            handle: string;
            /** @description as WebAuthn has it in JSON */
            credential: {
                [key: string]: unknown;
            };
        };
        Locale: {
            /** @enum {string} */
            locale: "zh-CN" | "en";
        };
        Ticket: {
            /** @description for Socket.IO, one use, 60 s */
            ticket: string;
        };
        SeenPasskey: {
            id: number;
            name: string;
            made_ms: number;
            /** @description 0 never */
            used_ms: number;
        };
        SeenSecond: {
            /** @description an app makes codes */
            totp: boolean;
            /** @description recovery codes that were not used yet */
            recovery_left: number;
            passkeys: components["schemas"]["SeenPasskey"][];
            /** @description who has this role must have one */
            demanded: boolean;
            /** @description codes of an app can be set up here */
            codes: boolean;
        };
        SeenSession: {
            /** @description to end it by */
            id: string;
            /** @description from where the person logged in */
            address: string;
            /** @description its User-Agent */
            browser: string;
            created_ms: number;
            /** @description last used, to the minute */
            seen_ms: number;
            /** @description this very one */
            own: boolean;
        };
        Account: {
            has_password: boolean;
            second: components["schemas"]["SeenSecond"];
            sessions: components["schemas"]["SeenSession"][];
        };
        PasswordChange: {
            old: string;
            new: string;
        };
        Ended: {
            /** @description how many sessions there were */
            ended: number;
        };
        NewTotp: {
            secret: string;
            /** @description what an app reads from the picture */
            uri: string;
            /** @description a QR code as SVG, in a data: URL */
            picture: string;
        };
        Totp: {
            password: string;
            secret: string;
            code: string;
        };
        RecoveryCodes: {
            /** @description told this once */
            recovery_codes: string[];
        };
        Proof: {
            password: string;
        };
        NewPasskey: {
            password: string;
            name: string;
            handle: string;
            /** @description as WebAuthn has it in JSON */
            credential: {
                [key: string]: unknown;
            };
        };
        WayProvider: {
            id: string;
            texts: {
                [key: string]: string;
            };
            /** @enum {string} */
            kind: "oidc" | "ldap";
        };
        Ways: {
            forgotten: boolean;
            providers: components["schemas"]["WayProvider"][];
        };
        LinkLook: {
            token: string;
        };
        LinkFor: {
            login: string;
            name: string;
            /** @enum {string} */
            kind: "invitation" | "reset";
            expires_ms: number;
        };
        LinkUse: {
            token: string;
            password: string;
        };
        Forgotten: {
            login: string;
        };
        Away: {
            url: string;
        };
        Brought: {
            state: string;
            /** @default  */
            code: string;
            /**
             * @description who sends it (RFC 9207)
             * @default
             */
            iss: string;
            /**
             * @description why the provider refuses
             * @default
             */
            error: string;
        };
        Left: {
            url: string;
        };
        Texts: {
            "zh-CN"?: string;
            en?: string;
        };
        Reason: {
            code: string;
            texts: components["schemas"]["Texts"];
        };
        Disposition: {
            code: string;
            texts: components["schemas"]["Texts"];
            /** @description the code that it stands below; one that others stand below is a heading, no choice; '': none */
            parent: string;
            /** @description for whose calls it is offered; none: for all */
            queues: string[];
        };
        ShortNumber: {
            code: string;
            name: string;
            number: string;
        };
        Phone: {
            ws_url: string;
            realm: string;
            extension: string;
            password: string;
        };
        SipServer: {
            host: string;
            port: number;
            /** @enum {string} */
            transport: "udp" | "tcp" | "tls";
            /** @description the domain of their addresses */
            realm: string;
            /** @description that the switch takes, the best first */
            codecs: string[];
        };
        Team: {
            id: string;
            name: string;
            group: string;
        };
        Queue: {
            id: string;
            name: string;
            service_level_s: number;
            wrap_up_s: number;
        };
        Agent: {
            id: string;
            name: string;
            team: string;
            extension: string;
        };
        Centre: {
            version: number;
            tenant: string;
            time_zone: string;
            not_ready_reasons: components["schemas"]["Reason"][];
            dispositions: components["schemas"]["Disposition"][];
            /** @description other phones at which the user may begin a shift */
            seats: string[];
            short_numbers: components["schemas"]["ShortNumber"][];
            flows: {
                [key: string]: string[];
            };
            labels: {
                [key: string]: components["schemas"]["Texts"];
            };
            phone: components["schemas"]["Phone"] | null;
            sip: components["schemas"]["SipServer"];
            teams: components["schemas"]["Team"][];
            queues: components["schemas"]["Queue"][];
            agents: components["schemas"]["Agent"][];
        };
        Given: {
            /** @description fields as `GET /api/centre/entities` tells them; those that are left out stay or have their default */
            record: {
                [key: string]: unknown;
            };
        };
        Opening: {
            open: boolean;
            /** @description when it is the other way; null: not within a year */
            changes_ms: number | null;
        };
        Choice: {
            value: string;
            label: components["schemas"]["Texts"];
        };
        EntityField: {
            name: string;
            label: components["schemas"]["Texts"];
            help: components["schemas"]["Texts"];
            /** @enum {string} */
            form: "text" | "lines" | "picture" | "number" | "flag" | "choice" | "list" | "map" | "json";
            key: boolean;
            /** @description written, never read */
            secret: boolean;
            /** @description where it is not given the product makes one, which the answer tells this once */
            made: boolean;
            required: boolean;
            default: unknown;
            /** @description of a choice, or of the parts of a list; [] any */
            choices: components["schemas"]["Choice"][];
            /** @description a choice may be '' */
            empty: boolean;
            lowest: number | null;
            largest: number | null;
            shortest: number | null;
            longest: number | null;
            /** @description the values of a map are whole numbers */
            numbers: boolean;
            /** @description the entity whose keys this field has, or 'phones': extensions of free seats and agents; '' none */
            reference: string;
        };
        EntitySeen: {
            /** @description a moment where it ends in `_ms` */
            name: string;
            label: components["schemas"]["Texts"];
            help: components["schemas"]["Texts"];
        };
        EntityKind: {
            name: string;
            label: components["schemas"]["Texts"];
            /** @description the field that is the key, '' where there is one only */
            key: string;
            /** @description the key of the only one, '' where there are many */
            single: string;
            /** @description changes wait in the draft for a publication; else they are in force at once */
            drafted: boolean;
            /** @description the user may change it */
            changes: boolean;
            /** @description the user could make a new one: it can be within reach, and what it has to name can be seen */
            adds: boolean;
            fields: components["schemas"]["EntityField"][];
            /** @description what the product itself writes of one, which nobody sets */
            seen: components["schemas"]["EntitySeen"][];
        };
        Entities: {
            entities: components["schemas"]["EntityKind"][];
        };
        ImportNow: {
            /** @description an entity, or `configuration`: the document of the whole centre */
            what: string;
            /** @description nothing is written */
            dry: boolean;
            /**
             * @description `failed`: it was refused, or its process died: it was taken whole or not at all
             * @enum {string}
             */
            state: "running" | "done" | "refused" | "failed";
            /** @enum {string} */
            step: "reading" | "rows" | "checking";
            /** @description rows */
            done: number;
            /** @description rows; 0 while the file is read */
            total: number;
            begun_ms: number;
            /** @description what became of the rows */
            counts: {
                [key: string]: number;
            };
            /** @description why it was refused, '' it was not */
            error: string;
        };
        ImportsNow: {
            /** @description None: there was none in the last minutes */
            newest: components["schemas"]["ImportNow"] | null;
        };
        Entry: {
            key: string;
            version: number;
            changed_ms: number;
            changed_by: string;
            record: {
                [key: string]: unknown;
            };
            seen: {
                [key: string]: unknown;
            };
        };
        EntryPage: {
            items: components["schemas"]["Entry"][];
            total: number;
            page: number;
            per_page: number;
        };
        MadeEntry: {
            key: string;
            version: number;
            changed_ms: number;
            changed_by: string;
            record: {
                [key: string]: unknown;
            };
            seen: {
                [key: string]: unknown;
            };
            /** @enum {string} */
            fate: "created" | "changed" | "removed" | "undone" | "same" | "refused";
            /** @description what has changed */
            fields: string[];
            /** @description secrets that the product made: told this once */
            made: {
                [key: string]: string;
            };
        };
        EntryVersion: {
            version: number;
            at_ms: number;
            who: string;
            /** @enum {string} */
            what: "created" | "changed" | "removed" | "undone";
            fields: string[];
            before: {
                [key: string]: unknown;
            } | null;
            after: {
                [key: string]: unknown;
            } | null;
        };
        EntryVersions: {
            items: components["schemas"]["EntryVersion"][];
        };
        Undo: {
            version: number;
        };
        EntryProblem: {
            reason?: string;
            given?: {
                [key: string]: unknown;
            };
            place?: string;
            field: string;
            /** @enum {string} */
            problem: "missing" | "unknown" | "value" | "length" | "characters" | "key" | "fixed" | "no-such" | "taken" | "secret" | "file" | "rule" | "rights" | "picture" | "contrast";
            text: string;
        };
        ImportedRow: {
            /** @description of the file; the first one names the fields */
            line: number;
            key: string;
            /** @enum {string} */
            fate: "created" | "changed" | "removed" | "undone" | "same" | "refused";
            fields: string[];
            made: {
                [key: string]: string;
            };
            problems: components["schemas"]["EntryProblem"][];
        };
        Imported: {
            rows: components["schemas"]["ImportedRow"][];
            counts: {
                [key: string]: number;
            };
            /** @description nothing was written */
            dry: boolean;
        };
        OwnValue: {
            code: string;
            texts: {
                [key: string]: string;
            };
            value: string;
        };
        CustomerCard: {
            id: string;
            name: string;
            numbers: string[];
            /** @description {} none */
            class_texts: {
                [key: string]: string;
            };
            tags: string[];
            /** @description the agent who looks after it, '' none */
            own_agent: string;
            own: components["schemas"]["OwnValue"][];
            notes: string;
            version: number;
        };
        Calling: {
            /** @description who calls from this number, by customer number */
            customers: components["schemas"]["CustomerCard"][];
        };
        NewCustomer: {
            name: string;
        };
        MadeCustomer: {
            id: string;
        };
        CustomerNote: {
            text: string;
        };
        Merge: {
            id: number;
            kept: string;
            gone: string;
            at_ms: number;
            who: string;
            /** @description 0: it still is */
            undone_ms: number;
        };
        Merges: {
            items: components["schemas"]["Merge"][];
        };
        MergeWish: {
            /** @description the customer that becomes a part of this one */
            gone: string;
        };
        PartWish: {
            merge_id: number;
        };
        Contact: {
            id: string;
            name: string;
            number: string;
            /** @enum {string} */
            kind: "outside" | "partner" | "colleague" | "authority" | "emergency";
            company: string;
            position: string;
        };
        Contacts: {
            items: components["schemas"]["Contact"][];
        };
        Notice: {
            id: string;
            version: number;
            title: string;
            text: string;
            /** @enum {string} */
            importance: "info" | "important" | "urgent";
            /** @description who reads it has to say so */
            receipt: boolean;
            /** @description in the centre's time zone, e.g. 2026-10-01 09:00; '' at once */
            begins: string;
            /** @description '' never */
            ends: string;
            /** @description when this user said so, 0: not yet */
            read_ms: number;
        };
        Notices: {
            items: components["schemas"]["Notice"][];
        };
        Receipt: {
            /** @description of the notice that was read */
            version: number;
        };
        Reader: {
            login: string;
            name: string;
            /** @description 0: not yet */
            read_ms: number;
        };
        Readers: {
            items: components["schemas"]["Reader"][];
        };
        Shades: {
            /** @description a fill under white text */
            accent: string;
            /** @description the same, pointed at */
            accent_dark: string;
            /** @description text on accent_soft and on cards */
            accent_ink: string;
            accent_soft: string;
        };
        Colours: {
            light: components["schemas"]["Shades"];
            dark: components["schemas"]["Shades"];
        };
        Look: {
            name: string;
            colours: components["schemas"]["Colours"] | null;
            /** @description an address, '' none */
            logo_light: string;
            /** @description an address, '' none */
            logo_dark: string;
            /** @description an address, '' none */
            icon: string;
        };
        Converted: {
            /** @description as a field of the record takes it: a data: address */
            picture: string;
        };
        Script: {
            id: string;
            name: string;
            /** @description '' of all */
            queue: string;
            text: string;
        };
        Paper: {
            id: string;
            title: string;
            link: string;
            group: string;
        };
        Papers: {
            scripts: components["schemas"]["Script"][];
            shelf: components["schemas"]["Paper"][];
        };
        SwitchSounds: {
            node: string;
            at_ms: number;
            has: number;
            missing: string[];
        };
        Sound: {
            name: string;
            /** @enum {string} */
            folder: "zh" | "en" | "music";
            /** @description counts the uploads */
            version: number;
            length_ms: number;
            /** @description bytes at 8 kHz */
            size: number;
            /** @description of the file at 8 kHz */
            sha256: string;
            at_ms: number;
            who: string;
        };
        Sounds: {
            /** @description what each switch has, as it said itself last */
            switches: components["schemas"]["SwitchSounds"][];
            items: components["schemas"]["Sound"][];
        };
        MessageForPrompt: {
            /** @description its id */
            message: string;
        };
        SwitchFile: {
            path: string;
            size: number;
            sha256: string;
        };
        SwitchFiles: {
            files: components["schemas"]["SwitchFile"][];
        };
        FileOfSwitch: {
            path: string;
            size: number;
            sha256: string;
        };
        FilesOfSwitch: {
            /** @description the switch's name */
            node: string;
            files: components["schemas"]["FileOfSwitch"][];
        };
        Author: {
            who: string;
            changes: number;
            last_ms: number;
        };
        EngineVersion: {
            process: string;
            version: number;
            age_ms: number;
        };
        ConfigurationDraft: {
            mark: string;
            version: number;
            changes: number;
            since_ms: number;
            who: components["schemas"]["Author"][];
            engines: components["schemas"]["EngineVersion"][];
            /** @description planned publications */
            waiting: number;
        };
        Fault: {
            reason?: string;
            given?: {
                [key: string]: unknown;
            };
            place?: string;
            entity: string;
            key: string;
            field: string;
            /** @enum {string} */
            problem: "missing" | "unknown" | "value" | "length" | "characters" | "key" | "fixed" | "no-such" | "taken" | "secret" | "file" | "rule" | "rights" | "picture" | "contrast";
            text: string;
        };
        Faults: {
            problems: components["schemas"]["Fault"][];
            total: number;
        };
        FieldDifference: {
            field: string;
            before: unknown;
            after: unknown;
        };
        Difference: {
            entity: string;
            key: string;
            name: string;
            /** @enum {string} */
            change: "created" | "changed" | "removed";
            fields: components["schemas"]["FieldDifference"][];
        };
        KindCount: {
            entity: string;
            created: number;
            changed: number;
            removed: number;
        };
        Differences: {
            items: components["schemas"]["Difference"][];
            total: number;
            counts: components["schemas"]["KindCount"][];
        };
        Publish: {
            /** @default  */
            reason: string;
            /**
             * @description the draft that was looked at, as `GET draft` told it; '': whichever there is
             * @default
             */
            mark: string;
            /**
             * @description when (UTC); 0: at once
             * @default 0
             */
            at_ms: number;
        };
        Planned: {
            id: number;
            at_ms: number;
            made_ms: number;
            author: string;
            reason: string;
            /** @enum {string} */
            state: "waiting" | "published" | "refused" | "cancelled";
            base: number;
            version: number;
            changes: number;
            problems: components["schemas"]["Fault"][];
        };
        PublicationDone: {
            version: number;
            plan: components["schemas"]["Planned"] | null;
            made: {
                [key: string]: {
                    [key: string]: {
                        [key: string]: string;
                    };
                };
            };
        };
        Discard: {
            /**
             * @description the draft that was looked at, as `GET draft` told it; '': whichever there is
             * @default
             */
            mark: string;
            /**
             * @description '': everything
             * @default
             */
            entity: string;
            /** @default  */
            key: string;
        };
        Discarded: {
            changes: number;
        };
        Version: {
            version: number;
            at_ms: number;
            author: string;
            reason: string;
            changes: number;
            restorable: boolean;
        };
        Versions: {
            items: components["schemas"]["Version"][];
        };
        RollBack: {
            /** @default  */
            reason: string;
            /**
             * @description the draft that was looked at, as `GET draft` told it; '': whichever there is
             * @default
             */
            mark: string;
            /**
             * @description unpublished changes may be lost
             * @default false
             */
            discard: boolean;
        };
        Plans: {
            items: components["schemas"]["Planned"][];
        };
        Taken: {
            items: components["schemas"]["Difference"][];
            total: number;
            counts: components["schemas"]["KindCount"][];
            dry: boolean;
            made: {
                [key: string]: {
                    [key: string]: {
                        [key: string]: string;
                    };
                };
            };
        };
        Step: {
            /** @enum {string} */
            name: "account" | "switch" | "trunk" | "people" | "queue" | "number" | "publish" | "phones" | "call";
            done: boolean;
            lacks: ("password-documented" | "password-none" | "switch-none" | "switch-unlinked" | "trunk-none" | "trunk-not-up" | "people-none" | "people-no-login" | "people-not-in" | "queue-none" | "queue-no-agents" | "number-none" | "number-nowhere" | "draft" | "phone-none" | "call-none")[];
            count: number;
        };
        FirstCall: {
            call_id: string;
            number: string;
            service_number: string;
            agent: string;
            arrived_ms: number;
            ended_ms: number;
        };
        AgentPhone: {
            agent: string;
            name: string;
            extension: string;
            registered: boolean;
            logged_in: boolean;
        };
        FirstRun: {
            steps: components["schemas"]["Step"][];
            demo: number;
            empty: boolean;
            call: components["schemas"]["FirstCall"] | null;
            /** @description at most 100 */
            phones: components["schemas"]["AgentPhone"][];
            unqueued: string[];
            realm: string;
            web_phone: boolean;
        };
        Finding: {
            component: string;
            /** @enum {string} */
            severity: "ok" | "info" | "unknown" | "warning" | "critical";
            components: {
                [key: string]: string;
            };
            texts: {
                [key: string]: string;
            };
            /** @description empty: nothing is to be done */
            hints: {
                [key: string]: string;
            };
        };
        Findings: {
            findings: components["schemas"]["Finding"][];
        };
        Lines: {
            /** @description one person in each line: name, extension, login */
            text: string;
            /**
             * @description name of the team that is made where there is none
             * @default Team
             */
            team: string;
            /**
             * @description tells what would become of it and changes nothing
             * @default false
             */
            dry_run: boolean;
        };
        Person: {
            reason?: string;
            given?: {
                [key: string]: unknown;
            };
            place?: string;
            line: number;
            name: string;
            extension: string;
            login: string;
            problem: string;
        };
        StartPeople: {
            people: components["schemas"]["Person"][];
            made: {
                [key: string]: {
                    [key: string]: string;
                };
            };
            dry: boolean;
        };
        QueueName: {
            name: string;
        };
        NewQueue: {
            id: string;
        };
        DemoDone: {
            /** @description that was published */
            version: number;
            /** @description passwords that the product made: told this once */
            made: {
                [key: string]: {
                    [key: string]: {
                        [key: string]: string;
                    };
                };
            };
        };
        DemoThere: {
            calls: number;
            recordings: number;
            intervals: number;
            entries: number;
        };
        WipeDemo: {
            /** @description must be: wipe the demo */
            confirm: string;
            /**
             * @description its calls and recordings, too, as `GET /api/start/demo` counts them
             * @default false
             */
            calls: boolean;
        };
        DemoWiped: {
            calls: number;
            recordings: number;
            intervals: number;
            /** @description that was published */
            version: number;
        };
        LoginAgentArguments: {
            agent_id: string;
            extension?: string;
        };
        LoginAgent: {
            /**
             * @description Begins a shift, at the own phone or another one that the agent may use. For: own, admin. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            name: "LoginAgent";
            args: components["schemas"]["LoginAgentArguments"];
        };
        LogoutAgentArguments: {
            agent_id: string;
        };
        LogoutAgent: {
            /**
             * @description Ends the shift; a conversation goes on to its end. For: own, team, admin. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            name: "LogoutAgent";
            args: components["schemas"]["LogoutAgentArguments"];
        };
        ReadyAgentArguments: {
            agent_id: string;
        };
        ReadyAgent: {
            /**
             * @description Calls may come. For: own, team, admin. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            name: "ReadyAgent";
            args: components["schemas"]["ReadyAgentArguments"];
        };
        PauseAgentArguments: {
            agent_id: string;
            reason: string;
        };
        PauseAgent: {
            /**
             * @description No calls, for a reason of the configuration; where that wants an approval, an agent only asks for it (data: asked). For: own, team, admin. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            name: "PauseAgent";
            args: components["schemas"]["PauseAgentArguments"];
        };
        AnswerPauseArguments: {
            agent_id: string;
            granted: boolean;
        };
        AnswerPause: {
            /**
             * @description An agent who asks to be not ready is, or is not. For: team, admin. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            name: "AnswerPause";
            args: components["schemas"]["AnswerPauseArguments"];
        };
        EndWrapUpArguments: {
            agent_id: string;
        };
        EndWrapUp: {
            /**
             * @description The next call may come before wrap-up runs out. For: own, team, admin. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            name: "EndWrapUp";
            args: components["schemas"]["EndWrapUpArguments"];
        };
        AgentPageGoneArguments: {
            agent_id: string;
            /** @enum {string} */
            why?: "closed" | "lost";
        };
        AgentPageGone: {
            /**
             * @description The last socket of the agent's pages was seen to close, or its web process went. For: admin. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            name: "AgentPageGone";
            args: components["schemas"]["AgentPageGoneArguments"];
        };
        AgentPageBackArguments: {
            agent_id: string;
        };
        AgentPageBack: {
            /**
             * @description A page of the agent is connected again. For: admin. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            name: "AgentPageBack";
            args: components["schemas"]["AgentPageBackArguments"];
        };
        SwitchServiceArguments: {
            service_id: string;
            active: number;
        };
        SwitchService: {
            /**
             * @description The numbers of a service lead to another of its destinations, from the next caller on. For: service, admin. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            name: "SwitchService";
            args: components["schemas"]["SwitchServiceArguments"];
        };
        AnswerCallArguments: {
            agent_id: string;
        };
        AnswerCall: {
            /**
             * @description The ringing phone is asked to answer. For: own, admin. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            name: "AnswerCall";
            args: components["schemas"]["AnswerCallArguments"];
        };
        RejectCallArguments: {
            agent_id: string;
        };
        RejectCall: {
            /**
             * @description The ringing call goes to somebody else. For: own, admin. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            name: "RejectCall";
            args: components["schemas"]["RejectCallArguments"];
        };
        HoldCallArguments: {
            agent_id: string;
        };
        HoldCall: {
            /**
             * @description The customer hears music. For: own, admin. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            name: "HoldCall";
            args: components["schemas"]["HoldCallArguments"];
        };
        ResumeCallArguments: {
            agent_id: string;
        };
        ResumeCall: {
            /**
             * @description The customer is heard again. For: own, admin. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            name: "ResumeCall";
            args: components["schemas"]["ResumeCallArguments"];
        };
        ConsultAgentArguments: {
            agent_id: string;
            colleague_id: string;
        };
        ConsultAgent: {
            /**
             * @description A colleague is rung and talks with the agent; the customer hears music. For: own, admin. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            name: "ConsultAgent";
            args: components["schemas"]["ConsultAgentArguments"];
        };
        ConsultQueueArguments: {
            agent_id: string;
            queue_id: string;
        };
        ConsultQueue: {
            /**
             * @description Whoever of the queue is free next is rung and talks with the agent, who waits in its line; the customer hears music. For: own, admin. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            name: "ConsultQueue";
            args: components["schemas"]["ConsultQueueArguments"];
        };
        SwapCallsArguments: {
            agent_id: string;
        };
        SwapCalls: {
            /**
             * @description From the colleague to the customer and back; the other one hears music. For: own, admin. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            name: "SwapCalls";
            args: components["schemas"]["SwapCallsArguments"];
        };
        CompleteTransferArguments: {
            agent_id: string;
        };
        CompleteTransfer: {
            /**
             * @description The colleague gets the customer, the agent leaves. For: own, admin. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            name: "CompleteTransfer";
            args: components["schemas"]["CompleteTransferArguments"];
        };
        ReturnToCallerArguments: {
            agent_id: string;
        };
        ReturnToCaller: {
            /**
             * @description The colleague leaves, the agent talks with the customer. For: own, admin. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            name: "ReturnToCaller";
            args: components["schemas"]["ReturnToCallerArguments"];
        };
        JoinCallsArguments: {
            agent_id: string;
        };
        JoinCalls: {
            /**
             * @description Customer, agent and colleague talk, all three. For: own, admin. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            name: "JoinCalls";
            args: components["schemas"]["JoinCallsArguments"];
        };
        AddAgentArguments: {
            agent_id: string;
            colleague_id: string;
        };
        AddAgent: {
            /**
             * @description A colleague is rung and comes into the conversation; at most six are in it. For: own, admin. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            name: "AddAgent";
            args: components["schemas"]["AddAgentArguments"];
        };
        MutePartyArguments: {
            agent_id: string;
            party: number;
            muted: boolean;
        };
        MuteParty: {
            /**
             * @description The others in the conference no longer hear this party, or hear it again. For: own, admin. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            name: "MuteParty";
            args: components["schemas"]["MutePartyArguments"];
        };
        DropPartyArguments: {
            agent_id: string;
            party: number;
        };
        DropParty: {
            /**
             * @description This party leaves the conversation; also one who is still rung. The customer cannot be dropped. For: own, admin. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            name: "DropParty";
            args: components["schemas"]["DropPartyArguments"];
        };
        TransferToAgentArguments: {
            agent_id: string;
            colleague_id: string;
        };
        TransferToAgent: {
            /**
             * @description The customer is passed on to a colleague, who is rung; when nobody answers, back to the agent, else to the line where the
             *         call was before. For: own, admin. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            name: "TransferToAgent";
            args: components["schemas"]["TransferToAgentArguments"];
        };
        ConsultNumberArguments: {
            agent_id: string;
            number: string;
        };
        ConsultNumber: {
            /**
             * @description A number outside is called and talks with the agent; the customer hears music. For: own, admin. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            name: "ConsultNumber";
            args: components["schemas"]["ConsultNumberArguments"];
        };
        AddNumberArguments: {
            agent_id: string;
            number: string;
        };
        AddNumber: {
            /**
             * @description A number outside is called and comes into the conversation; at most six are in it. For: own, admin. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            name: "AddNumber";
            args: components["schemas"]["AddNumberArguments"];
        };
        TransferToNumberArguments: {
            agent_id: string;
            number: string;
        };
        TransferToNumber: {
            /**
             * @description The customer is passed on to a number outside, which is called; when nobody answers, back to the agent, else to the line
             *         where the call was before. For: own, admin. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            name: "TransferToNumber";
            args: components["schemas"]["TransferToNumberArguments"];
        };
        DialNumberArguments: {
            agent_id: string;
            number: string;
        };
        DialNumber: {
            /**
             * @description The agent's phone is rung, then this number is called. The answer has the call's id: call_id. For: own, admin. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            name: "DialNumber";
            args: components["schemas"]["DialNumberArguments"];
        };
        CallAgentArguments: {
            agent_id: string;
            colleague_id: string;
        };
        CallAgent: {
            /**
             * @description The agent's phone is rung, then the colleague's: a call between the two. The answer has the call's id: call_id. For: own, admin. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            name: "CallAgent";
            args: components["schemas"]["CallAgentArguments"];
        };
        AskCallBackArguments: {
            agent_id: string;
            colleague_id: string;
        };
        AskCallBack: {
            /**
             * @description When the colleague has been busy and is free, the agent's phone is rung, then the colleague's. For a while, and once. For: own, admin. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            name: "AskCallBack";
            args: components["schemas"]["AskCallBackArguments"];
        };
        CancelCallBackArguments: {
            agent_id: string;
            colleague_id?: string;
        };
        CancelCallBack: {
            /**
             * @description The agent waits no longer for this colleague, or for nobody. For: own, admin. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            name: "CancelCallBack";
            args: components["schemas"]["CancelCallBackArguments"];
        };
        TransferToQueueArguments: {
            agent_id: string;
            queue_id: string;
        };
        TransferToQueue: {
            /**
             * @description The customer waits in this queue, as one who has come just now. For: own, admin. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            name: "TransferToQueue";
            args: components["schemas"]["TransferToQueueArguments"];
        };
        TransferToFlowArguments: {
            agent_id: string;
            flow: string;
            node?: string;
        };
        TransferToFlow: {
            /**
             * @description The customer is passed on to a flow, or to a certain node of it. For: own, admin. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            name: "TransferToFlow";
            args: components["schemas"]["TransferToFlowArguments"];
        };
        SendToFlowArguments: {
            agent_id: string;
            flow: string;
            node?: string;
        };
        SendToFlow: {
            /**
             * @description The customer goes through a flow, or from a certain node of it on, and comes back; the recording has silence meanwhile.
             *         ResumeCall fetches the customer earlier. For: own, admin. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            name: "SendToFlow";
            args: components["schemas"]["SendToFlowArguments"];
        };
        ParkCallArguments: {
            agent_id: string;
            slot: string;
        };
        ParkCall: {
            /**
             * @description The customer hears music in a slot until somebody takes the call out; after two minutes the agent is rung. For: own, admin. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            name: "ParkCall";
            args: components["schemas"]["ParkCallArguments"];
        };
        RetrieveCallArguments: {
            agent_id: string;
            slot: string;
        };
        RetrieveCall: {
            /**
             * @description The agent's phone rings, and gets the call that is parked in the slot. For: own, admin. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            name: "RetrieveCall";
            args: components["schemas"]["RetrieveCallArguments"];
        };
        PickUpCallArguments: {
            agent_id: string;
            colleague_id?: string;
        };
        PickUpCall: {
            /**
             * @description A queue's call that rings at this colleague, or the longest that rings in the own team, rings at the agent instead. For: own, admin. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            name: "PickUpCall";
            args: components["schemas"]["PickUpCallArguments"];
        };
        SetCallPrivateArguments: {
            agent_id: string;
            private: boolean;
        };
        SetCallPrivate: {
            /**
             * @description Nobody listens to the agent's call or picks it up, and its recording has silence, where the centre wants that; or that is
             *         over. It is always written down. For: own, admin. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            name: "SetCallPrivate";
            args: components["schemas"]["SetCallPrivateArguments"];
        };
        HangupCallArguments: {
            agent_id?: string;
            call_id?: string;
        };
        HangupCall: {
            /**
             * @description The agent's conversation ends; with a call's id alone that call ends, wherever it is. For: own, team, call, admin. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            name: "HangupCall";
            args?: components["schemas"]["HangupCallArguments"];
        };
        ListenToCallArguments: {
            agent_id?: string;
            call_id?: string;
            extension: string;
            /** @enum {string} */
            mode?: "listen" | "whisper" | "barge";
        };
        ListenToCall: {
            /**
             * @description The phone is rung and hears the agent and all with the agent; or, by a call's id, its customer, also one who waits. For: lead, admin. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            name: "ListenToCall";
            args: components["schemas"]["ListenToCallArguments"];
        };
        SetListeningArguments: {
            agent_id?: string;
            call_id?: string;
            extension: string;
            /** @enum {string} */
            mode: "listen" | "whisper" | "barge";
        };
        SetListening: {
            /**
             * @description Who hears the one who listens: nobody, the agent alone (whisper), or all (barge). For: lead, admin. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            name: "SetListening";
            args: components["schemas"]["SetListeningArguments"];
        };
        TakeOverCallArguments: {
            agent_id?: string;
            call_id?: string;
            extension: string;
        };
        TakeOverCall: {
            /**
             * @description Who listens talks with the customer; the agent leaves. For: lead, admin. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            name: "TakeOverCall";
            args: components["schemas"]["TakeOverCallArguments"];
        };
        StopListeningArguments: {
            agent_id?: string;
            call_id?: string;
            extension: string;
        };
        StopListening: {
            /**
             * @description Who listens, or has taken the call over, leaves it. For: lead, admin. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            name: "StopListening";
            args: components["schemas"]["StopListeningArguments"];
        };
        DescribeCallArguments: {
            call_id: string;
        };
        DescribeCall: {
            /**
             * @description The graph of a running call as the engine has it, and why it stands where it stands. For: lead, admin. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            name: "DescribeCall";
            args: components["schemas"]["DescribeCallArguments"];
        };
        SetCallDataArguments: {
            call_id: string;
            data: {
                [key: string]: string;
            };
        };
        SetCallData: {
            /**
             * @description Merges attached data into the call's; '' removes a key. For: call, admin. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            name: "SetCallData";
            args: components["schemas"]["SetCallDataArguments"];
        };
        SaveNoteArguments: {
            agent_id: string;
            call_id: string;
            note: string;
            version: number;
        };
        SaveNote: {
            /**
             * @description A draft without a disposition, of the running call or one of the last ones. For: own, admin. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            name: "SaveNote";
            args: components["schemas"]["SaveNoteArguments"];
        };
        SetDispositionArguments: {
            agent_id: string;
            call_id: string;
            code: string;
            note?: string;
            version?: number;
        };
        SetDisposition: {
            /**
             * @description The verdict about the running call or one of the last ones; without a note the draft's stays. For: own, admin. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            name: "SetDisposition";
            args: components["schemas"]["SetDispositionArguments"];
        };
        ReportRecordingArguments: {
            call_id: string;
            /** @enum {string} */
            problem: "missing" | "empty" | "short";
        };
        ReportRecording: {
            /**
             * @description The worker: a call's file is not as it should be. For: admin. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            name: "ReportRecording";
            args: components["schemas"]["ReportRecordingArguments"];
        };
        ReportWebhookArguments: {
            webhook_id: string;
            text: string;
        };
        ReportWebhook: {
            /**
             * @description The worker: a webhook was switched off, for it failed too often; '' that is over. For: admin. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            name: "ReportWebhook";
            args: components["schemas"]["ReportWebhookArguments"];
        };
        Figures: {
            day_start_ms: number;
            queues: {
                [key: string]: {
                    [key: string]: number;
                };
            };
            agents: {
                [key: string]: {
                    [key: string]: number;
                };
            };
        };
        RestoreFiguresArguments: {
            data: components["schemas"]["Figures"];
        };
        RestoreFigures: {
            /**
             * @description The worker: what the ledger has of today from before the daemon's start. For: admin. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            name: "RestoreFigures";
            args: components["schemas"]["RestoreFiguresArguments"];
        };
        ReloadConfigArguments: Record<string, never>;
        ReloadConfig: {
            /**
             * @description The daemon's shell reads the newest configuration. For: admin. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            name: "ReloadConfig";
            args?: components["schemas"]["ReloadConfigArguments"];
        };
        ReportPublicationArguments: {
            problem: string;
        };
        ReportPublication: {
            /**
             * @description The worker: a planned publication was refused; an alarm until the next configuration is in force. For: admin. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            name: "ReportPublication";
            args: components["schemas"]["ReportPublicationArguments"];
        };
        PingArguments: Record<string, never>;
        Ping: {
            /**
             * @description Proves that the engine's loop runs. For: admin. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            name: "Ping";
            args?: components["schemas"]["PingArguments"];
        };
        Reply: {
            /** @description what the command answers with */
            data: {
                [key: string]: unknown;
            };
        };
        CallRow: {
            arrived_ms: number;
            ended_ms: number;
            /** @enum {string} */
            direction: "" | "inbound" | "outbound" | "internal";
            /** @description outside text */
            number: string;
            /** @description outside text */
            name: string;
            service_number: string;
            queue: string;
            agent: string;
            /** @enum {string} */
            outcome: "" | "answered" | "abandoned" | "overflowed" | "voicemail" | "ivr" | "failed" | "switch-lost" | "unknown-number" | "no-answer" | "busy" | "rejected" | "no-such-number" | "unreachable" | "no-line" | "cancelled";
            wait_ms: number;
            talk_ms: number;
            hold_ms: number;
            wrap_up_ms: number;
            disposition: string | null;
            note: string | null;
            recording_id: string | null;
            id: string;
            /** @description ms that each agent had the customer */
            talk_by_agent: {
                [key: string]: number;
            };
            /** @description whether this user may listen to a recording of it */
            listen: boolean;
        };
        CallPage: {
            items: components["schemas"]["CallRow"][];
            total: number;
            page: number;
            per_page: number;
        };
        IvrStep: {
            node: string;
            pressed: string;
            label: string;
        };
        CallTold: {
            arrived_ms: number;
            ended_ms: number;
            /** @enum {string} */
            direction: "" | "inbound" | "outbound" | "internal";
            /** @description outside text */
            number: string;
            /** @description outside text */
            name: string;
            service_number: string;
            queue: string;
            agent: string;
            /** @enum {string} */
            outcome: "" | "answered" | "abandoned" | "overflowed" | "voicemail" | "ivr" | "failed" | "switch-lost" | "unknown-number" | "no-answer" | "busy" | "rejected" | "no-such-number" | "unreachable" | "no-line" | "cancelled";
            wait_ms: number;
            talk_ms: number;
            hold_ms: number;
            wrap_up_ms: number;
            disposition: string | null;
            note: string | null;
            recording_id: string | null;
            id: string;
            /**
             * @description '' while it runs
             * @enum {string}
             */
            hung_up_by: "" | "customer" | "agent" | "outside" | "system";
            ivr_path: components["schemas"]["IvrStep"][];
            /** @description attached data; outside text */
            data: {
                [key: string]: string;
            };
        };
        SegmentDetail: {
            queued_ms?: number;
            service_level_s?: number;
            short_abandon_s?: number;
            comeback?: boolean;
            named?: boolean;
            score?: number;
            best?: unknown[];
            excluded?: {
                [key: string]: number;
            };
            flow?: string;
            version?: number;
            number?: string;
            fallback?: boolean;
        };
        SegmentRow: {
            call_id: string;
            /** @enum {string} */
            segment: "ivr" | "queue" | "offer" | "dial" | "talk" | "conference" | "hold" | "between" | "consult" | "internal" | "listen" | "survey" | "voicemail" | "wrap_up";
            queue: string;
            agent: string;
            team: string;
            leg: string;
            started_ms: number;
            ended_ms: number;
            /** @enum {string} */
            outcome: "answered" | "abandoned" | "overflowed" | "failed" | "switch-lost" | "no-answer" | "rejected" | "busy" | "unreachable" | "withdrawn" | "caller-left" | "no-such-number" | "no-line" | "cancelled" | "";
            estimated: boolean;
            detail: components["schemas"]["SegmentDetail"];
        };
        RecordingRow: {
            call_id: string;
            /** @enum {string} */
            recorded: "call" | "voicemail" | "consult";
            queue: string;
            agents: string[];
            started_ms: number;
            ended_ms: number;
            length_ms: number;
            talk_ms: number;
            holds: number;
            size: number;
            /** @enum {string} */
            problem: "missing" | "empty" | "short" | "";
            box: string;
            id: string;
            /**
             * @description why this user may not listen; '' may
             * @enum {string}
             */
            listen: "" | "not-allowed" | "no-recording-file";
            /** @description whether this user may take the file away */
            download: boolean;
            /** @description what the voicemail box is called in which it lies; '' none */
            box_name: string;
            /** @description whether this user may open it among the messages, where it has the same id */
            message: boolean;
        };
        DispositionRow: {
            call_id: string;
            agent: string;
            code: string;
            note: string;
            at_ms: number;
        };
        CallDetail: {
            call: components["schemas"]["CallTold"];
            segments: components["schemas"]["SegmentRow"][];
            recordings: components["schemas"]["RecordingRow"][];
            dispositions: components["schemas"]["DispositionRow"][];
        };
        Message: {
            /** @description of its recording */
            id: string;
            call_id: string;
            box: string;
            /** @description the caller's; outside text */
            number: string;
            /** @description of the customer with this number, else as the network has it; outside text */
            name: string;
            /** @description when it ended */
            at_ms: number;
            length_ms: number;
            /**
             * @description of its recording
             * @enum {string}
             */
            problem: "missing" | "empty" | "short" | "";
            /** @enum {string} */
            state: "new" | "heard" | "done";
            /** @description who heard it first, '' nobody did */
            heard_by: string;
            heard_ms: number;
            /** @description '' it is not done */
            done_by: string;
            done_ms: number;
            note: string;
            /** @description it waits for longer than its box says */
            late: boolean;
            /** @description whether the user may see its call */
            detail: boolean;
        };
        MessagePage: {
            items: components["schemas"]["Message"][];
            total: number;
            page: number;
            per_page: number;
        };
        Box: {
            id: string;
            name: string;
            team: string;
            /** @description messages that nobody has heard */
            new: number;
            /** @description one that is not done waits for longer than the box says */
            late: boolean;
        };
        Boxes: {
            items: components["schemas"]["Box"][];
        };
        MessageWish: {
            /**
             * @description false: it waits again; left out: as it is
             * @default null
             */
            done: boolean | null;
            /**
             * @description what was done; left out: as it is
             * @default null
             */
            note: string | null;
        };
        QueueFigures: {
            queue: string;
            start_ms: number;
            end_ms: number;
            offered: number;
            answered: number;
            abandoned: number;
            short_abandoned: number;
            overflowed: number;
            failed: number;
            answered_in_sl: number;
            abandoned_in_sl: number;
            wait_ms: number;
            talk_ms: number;
            hold_ms: number;
            wrap_up_ms: number;
            handled: number;
            service_level: number | null;
            /** @enum {string} */
            formula: "" | "answered-offered" | "ignore-abandons" | "negative" | "positive" | "of-answered";
            asa_s: number | null;
            aht_s: number | null;
            abandon_rate: number | null;
        };
        QueueReport: {
            day: string;
            until: string;
            zone: string;
            /**
             * @description the given one; '': each queue's own, named in its rows
             * @enum {string}
             */
            formula: "" | "answered-offered" | "ignore-abandons" | "negative" | "positive" | "of-answered";
            rows: components["schemas"]["QueueFigures"][];
            totals: {
                [key: string]: components["schemas"]["QueueFigures"];
            };
            /** @description the sum of the totals; its name is '' */
            all: components["schemas"]["QueueFigures"];
            as_of_ms: number;
        };
        AgentFigures: {
            agent: string;
            start_ms: number;
            end_ms: number;
            answered: number;
            rona: number;
            first_in: number;
            last_in: number;
            passed_on: number;
            ring_ms: number;
            talk_ms: number;
            hold_ms: number;
            consult_ms: number;
            wrap_up_ms: number;
            idle_ms: number;
            not_ready_ms: number;
            logged_in_ms: number;
            aht_s: number | null;
            first_resolution: number | null;
            occupancy: number | null;
        };
        AgentReport: {
            day: string;
            until: string;
            zone: string;
            rows: components["schemas"]["AgentFigures"][];
            totals: {
                [key: string]: components["schemas"]["AgentFigures"];
            };
            /** @description the sum of the totals; its name is '' */
            all: components["schemas"]["AgentFigures"];
            as_of_ms: number;
        };
        AuditRow: {
            id: number;
            /** @description UTC ms */
            at_ms: number;
            /** @description agent:ID, user:ID, phone:EXTENSION, system:WHAT */
            issuer: string;
            /** @description the login; '' none */
            who: string;
            action: string;
            /** @description with whom or what it was done: agent:ID, call:ID, ENTITY:KEY */
            subject: string;
            /** @description what more is known; before and after of a change */
            detail: {
                [key: string]: unknown;
            };
        };
        AuditPage: {
            items: components["schemas"]["AuditRow"][];
            total: number;
            page: number;
            per_page: number;
        };
        ChainProblem: {
            /** @enum {string} */
            problem: "removed" | "changed" | "broken" | "cut" | "unlinked";
            n: number;
            row: number;
            at_ms: number;
        };
        ChainState: {
            links: number;
            end: string;
            checked_ms: number;
            checked: number;
            problems: components["schemas"]["ChainProblem"][];
        };
        OpenLink: {
            /** @enum {string} */
            kind: "invitation" | "reset";
            made_ms: number;
            expires_ms: number;
            made_by: string;
        };
        SeenLock: {
            at_ms: number;
            by: string;
            reason: string;
        };
        HasSecond: {
            totp: boolean;
            recovery_left: number;
            /** @description how many */
            passkeys: number;
        };
        SeenWait: {
            /** @description which rule: browser (a known one), pair (one address), account (from wherever) */
            kind: string;
            address: string;
            failures: number;
            /** @description how long nobody may try; 0: one may */
            wait_s: number;
        };
        SignIn: {
            login: string;
            name: string;
            has_password: boolean;
            disabled: boolean;
            /** @description a link can be sent by mail */
            mail: boolean;
            /** @description one that can still be used */
            link: components["schemas"]["OpenLink"] | null;
            lock: components["schemas"]["SeenLock"] | null;
            second: components["schemas"]["HasSecond"];
            waits: components["schemas"]["SeenWait"][];
            sessions: components["schemas"]["SeenSession"][];
        };
        MadeLink: {
            login: string;
            /** @enum {string} */
            kind: "invitation" | "reset";
            /** @description told this once */
            link: string;
            expires_ms: number;
            mailed: boolean;
        };
        Invited: {
            people: components["schemas"]["MadeLink"][];
            /** @description how many mails are on their way */
            mailed: number;
        };
        Lock: {
            /** @description why, for other administrators */
            reason: string;
        };
        Lookup: {
            /** @default  */
            section: string;
            /** @default  */
            tag_name: string;
            /** @default  */
            key_name: string;
            /** @default  */
            key_value: string;
            /** @default  */
            user: string;
            /** @default  */
            domain: string;
            /** @default  */
            purpose: string;
        };
        Health: {
            /** @enum {string} */
            status: "ok" | "degraded";
            redis?: boolean;
            engine?: boolean;
            database?: boolean;
            /** @description of this machine, Redis and the engine, the largest */
            clocks_differ_ms?: number;
        };
        Delivery: {
            id: number;
            /** @description its id outside, the header webhook-id: the same at every try and replay */
            delivery: string;
            kind: string;
            /** @description what it is about: of these none overtakes another */
            subject: string;
            made_ms: number;
            /** @enum {string} */
            state: "waiting" | "sent" | "failed";
            /** @description of a waiting one: not before */
            due_ms: number;
            tries: number;
            /** @description HTTP's, of the last try; 0 nobody answered */
            status: number;
            trouble: string;
            done_ms: number;
            /** @description as it is sent */
            body: string;
        };
        DeliveryPage: {
            items: components["schemas"]["Delivery"][];
            total: number;
            page: number;
            per_page: number;
        };
    };
    responses: {
        /** @description - `bad-arguments`: An argument is missing, unknown or of the wrong type. */
        BadArguments: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "bad-arguments";
                };
            };
        };
        /**
         * @description - `bad-credentials`: Login or password is wrong.
         *     - `second-factor-missing`: The password was right, but this role must have a second factor; details: pending, secret, uri, picture.
         *     - `second-factor-needed`: The password was right; details: pending, with which a code finishes the login, totp, passkey: what this person has.
         */
        "BadCredentials-SecondFactorMissing-SecondFactorNeeded": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "bad-credentials" | "second-factor-missing" | "second-factor-needed";
                };
            };
        };
        /** @description - `bad-host`: A name that is not served here. */
        BadHost: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "bad-host";
                };
            };
        };
        /**
         * @description - `bad-origin`: A request from another site.
         *     - `password-off`: A provider is the only way in for this role; details: provider.
         */
        "BadOrigin-PasswordOff": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "bad-origin" | "password-off";
                };
            };
        };
        /** @description - `bad-request`: HTTP's own. */
        BadRequest: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "bad-request";
                };
            };
        };
        /**
         * @description - `database-away`: The database does not answer.
         *     - `redis-away`: Redis does not answer.
         */
        "DatabaseAway-RedisAway": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "database-away" | "redis-away";
                };
            };
        };
        /** @description - `server-error`: A defect; the log has it. */
        InternalError: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "server-error";
                };
            };
        };
        /** @description - `too-large`: The request's body is too large. */
        TooLarge: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "too-large";
                };
            };
        };
        /** @description - `too-many-logins`: Too many tries; details: retry_after_s. */
        TooManyLogins: {
            headers: {
                /** @description seconds */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "too-many-logins";
                };
            };
        };
        /** @description - `wrong-content-type`: The body is not JSON. */
        WrongContentType: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "wrong-content-type";
                };
            };
        };
        /**
         * @description - `bad-credentials`: Login or password is wrong.
         *     - `bad-second-factor`: A code that does not count.
         */
        "BadCredentials-BadSecondFactor": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "bad-credentials" | "bad-second-factor";
                };
            };
        };
        /** @description - `bad-origin`: A request from another site. */
        BadOrigin: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "bad-origin";
                };
            };
        };
        /**
         * @description - `cannot-open-secret`: What was sealed with a key that is not in CTI_SECRETS_KEY (any more).
         *     - `database-away`: The database does not answer.
         *     - `redis-away`: Redis does not answer.
         */
        "CannotOpen-DatabaseAway-RedisAway": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "cannot-open-secret" | "database-away" | "redis-away";
                };
            };
        };
        /** @description - `no-secrets-key`: CTI_SECRETS_KEY is not set. */
        NoSecretsKey: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "no-secrets-key";
                };
            };
        };
        /** @description - `redis-away`: Redis does not answer. */
        RedisAway: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "redis-away";
                };
            };
        };
        /**
         * @description - `bad-credentials`: Login or password is wrong.
         *     - `bad-passkey`: A passkey that is unknown, of another site, or too late.
         */
        "BadCredentials-BadPasskey": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "bad-credentials" | "bad-passkey";
                };
            };
        };
        /**
         * @description - `bad-token`: The API token is none, has run out, was revoked, or its user is disabled.
         *     - `not-logged-in`: Nobody is logged in with this session.
         */
        "BadToken-NotLoggedIn": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "bad-token" | "not-logged-in";
                };
            };
        };
        /** @description - `too-many-requests`: The API token has had its requests of this minute; details: retry_after_s, per_minute. */
        TooManyRequests: {
            headers: {
                /** @description seconds */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "too-many-requests";
                };
            };
        };
        /**
         * @description - `bad-csrf`: The CSRF header is missing or wrong.
         *     - `bad-origin`: A request from another site.
         *     - `not-allowed`: The user may not do this.
         */
        "BadCsrf-BadOrigin-NotAllowed": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "bad-csrf" | "bad-origin" | "not-allowed";
                };
            };
        };
        /**
         * @description - `bad-arguments`: An argument is missing, unknown or of the wrong type.
         *     - `weak-password`: A password that is easily guessed.
         */
        "BadArguments-WeakPassword": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "bad-arguments" | "weak-password";
                };
            };
        };
        /**
         * @description - `bad-credentials`: Login or password is wrong.
         *     - `bad-token`: The API token is none, has run out, was revoked, or its user is disabled.
         *     - `not-logged-in`: Nobody is logged in with this session.
         */
        "BadCredentials-BadToken-NotLoggedIn": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "bad-credentials" | "bad-token" | "not-logged-in";
                };
            };
        };
        /**
         * @description - `bad-csrf`: The CSRF header is missing or wrong.
         *     - `bad-origin`: A request from another site.
         *     - `not-allowed`: The user may not do this.
         *     - `wrong-password`: The present password, which a change asks for, is another one.
         */
        "BadCsrf-BadOrigin-NotAllowed-WrongPassword": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "bad-csrf" | "bad-origin" | "not-allowed" | "wrong-password";
                };
            };
        };
        /**
         * @description - `too-many-logins`: Too many tries; details: retry_after_s.
         *     - `too-many-requests`: The API token has had its requests of this minute; details: retry_after_s, per_minute.
         */
        "TooManyLogins-TooManyRequests": {
            headers: {
                /** @description seconds */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "too-many-logins" | "too-many-requests";
                };
            };
        };
        /**
         * @description - `no-such-page`: Nothing is served at this path.
         *     - `no-such-session`: None of this user's sessions is called so.
         */
        "NoSuchPage-NoSuchSession": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "no-such-page" | "no-such-session";
                };
            };
        };
        /**
         * @description - `bad-second-factor`: A code that does not count.
         *     - `bad-token`: The API token is none, has run out, was revoked, or its user is disabled.
         *     - `not-logged-in`: Nobody is logged in with this session.
         */
        "BadSecondFactor-BadToken-NotLoggedIn": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "bad-second-factor" | "bad-token" | "not-logged-in";
                };
            };
        };
        /** @description - `second-factor-demanded`: The last second factor of somebody who must have one. */
        SecondDemanded: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "second-factor-demanded";
                };
            };
        };
        /**
         * @description - `bad-passkey`: A passkey that is unknown, of another site, or too late.
         *     - `bad-token`: The API token is none, has run out, was revoked, or its user is disabled.
         *     - `not-logged-in`: Nobody is logged in with this session.
         */
        "BadPasskey-BadToken-NotLoggedIn": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "bad-passkey" | "bad-token" | "not-logged-in";
                };
            };
        };
        /** @description - `no-such-passkey`: It was removed, or is somebody else's. */
        NoSuchPasskey: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "no-such-passkey";
                };
            };
        };
        /** @description - `too-many-passkeys`: Nobody needs so many. */
        TooManyPasskeys: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "too-many-passkeys";
                };
            };
        };
        /**
         * @description - `no-such-page`: Nothing is served at this path.
         *     - `no-such-passkey`: It was removed, or is somebody else's.
         */
        "NoSuchPage-NoSuchPasskey": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "no-such-page" | "no-such-passkey";
                };
            };
        };
        /** @description - `link-over`: A one-time link that does not count (any more). */
        LinkOver: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "link-over";
                };
            };
        };
        /** @description - `no-mail`: No mail server is set up. */
        NoMail: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "no-mail";
                };
            };
        };
        /**
         * @description - `cannot-open-secret`: What was sealed with a key that is not in CTI_SECRETS_KEY (any more).
         *     - `database-away`: The database does not answer.
         *     - `provider-away`: A provider or directory cannot be reached, or answers nonsense.
         *     - `redis-away`: Redis does not answer.
         */
        "CannotOpen-DatabaseAway-ProviderAway-RedisAway": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "cannot-open-secret" | "database-away" | "provider-away" | "redis-away";
                };
            };
        };
        /**
         * @description - `no-such-page`: Nothing is served at this path.
         *     - `no-such-provider`: No provider is called so, or it is switched off.
         */
        "NoSuchPage-NoSuchProvider": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "no-such-page" | "no-such-provider";
                };
            };
        };
        /**
         * @description - `bad-credentials`: Login or password is wrong.
         *     - `second-factor-missing`: The password was right, but this role must have a second factor; details: pending, secret, uri, picture.
         *     - `second-factor-needed`: The password was right; details: pending, with which a code finishes the login, totp, passkey: what this person has.
         *     - `sign-in-refused`: What a provider or a browser brought back does not count: too old, of another browser, not for us, refused there.
         */
        "BadCredentials-SecondFactorMissing-SecondFactorNeeded-SignInRefused": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "bad-credentials" | "second-factor-missing" | "second-factor-needed" | "sign-in-refused";
                };
            };
        };
        /**
         * @description - `bad-origin`: A request from another site.
         *     - `not-known-here`: Somebody has shown who they are, and has no account, no role, or is disabled or locked; the audit says which.
         */
        "BadOrigin-NotKnownHere": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "bad-origin" | "not-known-here";
                };
            };
        };
        /** @description - `no-such-provider`: No provider is called so, or it is switched off. */
        NoSuchProvider: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "no-such-provider";
                };
            };
        };
        /**
         * @description - `database-away`: The database does not answer.
         *     - `no-configuration`: No configuration was published yet.
         *     - `redis-away`: Redis does not answer.
         */
        "DatabaseAway-NoConfiguration-RedisAway": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "database-away" | "no-configuration" | "redis-away";
                };
            };
        };
        /** @description - `no-such-entry`: Nothing has this key, or this version. */
        NoSuchEntry: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "no-such-entry";
                };
            };
        };
        /** @description - `no-such-page`: Nothing is served at this path. */
        NoSuchPage: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "no-such-page";
                };
            };
        };
        /** @description - `not-allowed`: The user may not do this. */
        NotAllowed: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "not-allowed";
                };
            };
        };
        /**
         * @description - `bad-arguments`: An argument is missing, unknown or of the wrong type.
         *     - `bad-entry`: A record cannot be taken; details: problems, each with its field.
         */
        "BadArguments-BadEntry": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "bad-arguments" | "bad-entry";
                };
            };
        };
        /** @description - `entry-changed`: The version is not the present one; details: who, at_ms, fields (what changed since), version, record (as they are now). */
        EntryChanged: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "entry-changed";
                };
            };
        };
        /**
         * @description - `entry-exists`: The key is taken.
         *     - `entry-in-use`: Something refers to it; details: used_by.
         */
        "EntryExists-EntryInUse": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "entry-exists" | "entry-in-use";
                };
            };
        };
        /**
         * @description - `no-such-entry`: Nothing has this key, or this version.
         *     - `no-such-page`: Nothing is served at this path.
         */
        "NoSuchEntry-NoSuchPage": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "no-such-entry" | "no-such-page";
                };
            };
        };
        /** @description - `version-needed`: A change says in If-Match on which version it was made. */
        VersionNeeded: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "version-needed";
                };
            };
        };
        /**
         * @description - `bad-arguments`: An argument is missing, unknown or of the wrong type.
         *     - `bad-table`: A file that is imported is no table of this entity.
         *     - `import-refused`: Rows cannot be taken, so none was; details: rows as a dry run tells them, those that are refused.
         */
        "BadArguments-BadTable-ImportRefused": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "bad-arguments" | "bad-table" | "import-refused";
                };
            };
        };
        /** @description - `entry-exists`: The key is taken. */
        EntryExists: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "entry-exists";
                };
            };
        };
        /**
         * @description - `no-such-call`: No call has this id, or it is over.
         *     - `no-such-page`: Nothing is served at this path.
         */
        "NoSuchCall-NoSuchPage": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "no-such-call" | "no-such-page";
                };
            };
        };
        /**
         * @description - `no-such-call`: No call has this id, or it is over.
         *     - `no-such-customer`: Nothing has this customer number, or the call has nothing to do with it.
         *     - `no-such-entry`: Nothing has this key, or this version.
         *     - `no-such-page`: Nothing is served at this path.
         */
        "NoSuchCall-NoSuchCustomer-NoSuchEntry-NoSuchPage": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "no-such-call" | "no-such-customer" | "no-such-entry" | "no-such-page";
                };
            };
        };
        /**
         * @description - `bad-arguments`: An argument is missing, unknown or of the wrong type.
         *     - `import-refused`: Rows cannot be taken, so none was; details: rows as a dry run tells them, those that are refused.
         */
        "BadArguments-ImportRefused": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "bad-arguments" | "import-refused";
                };
            };
        };
        /**
         * @description - `entry-in-use`: Something refers to it; details: used_by.
         *     - `not-merged`: A customer cannot be merged with itself, or the merge was undone already or cannot be undone any more.
         */
        "EntryInUse-NotMerged": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "entry-in-use" | "not-merged";
                };
            };
        };
        /**
         * @description - `no-such-notice`: There is none for this user now, or it has another version.
         *     - `no-such-page`: Nothing is served at this path.
         */
        "NoSuchNotice-NoSuchPage": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "no-such-notice" | "no-such-page";
                };
            };
        };
        /** @description - `database-away`: The database does not answer. */
        DatabaseAway: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "database-away";
                };
            };
        };
        /**
         * @description - `no-such-page`: Nothing is served at this path.
         *     - `no-such-picture`: The centre has no such picture of its own.
         */
        "NoSuchPage-NoSuchPicture": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "no-such-page" | "no-such-picture";
                };
            };
        };
        /**
         * @description - `bad-arguments`: An argument is missing, unknown or of the wrong type.
         *     - `bad-picture`: What was uploaded is no picture that can be shown.
         */
        "BadArguments-BadPicture": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "bad-arguments" | "bad-picture";
                };
            };
        };
        /**
         * @description - `bad-arguments`: An argument is missing, unknown or of the wrong type.
         *     - `bad-sound`: What was uploaded is no sound that can be played.
         */
        "BadArguments-BadSound": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "bad-arguments" | "bad-sound";
                };
            };
        };
        /**
         * @description - `no-recording-file`: A recording's file is not there or cannot be looked at.
         *     - `no-such-entry`: Nothing has this key, or this version.
         *     - `no-such-page`: Nothing is served at this path.
         *     - `no-such-recording`: No recording that the user may hear has this id.
         */
        "NoRecordingFile-NoSuchEntry-NoSuchPage-NoSuchRecording": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "no-recording-file" | "no-such-entry" | "no-such-page" | "no-such-recording";
                };
            };
        };
        /**
         * @description - `no-such-page`: Nothing is served at this path.
         *     - `no-such-sound`: No file of this prompt in this language.
         */
        "NoSuchPage-NoSuchSound": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "no-such-page" | "no-such-sound";
                };
            };
        };
        /** @description - `sound-used`: A flow or a queue would play nothing. */
        SoundUsed: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "sound-used";
                };
            };
        };
        /** @description - `not-logged-in`: Nobody is logged in with this session. */
        NotLoggedIn: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "not-logged-in";
                };
            };
        };
        /** @description - `no-such-version`: No version has this number (any more), or none of its records are kept. */
        NoSuchVersion: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "no-such-version";
                };
            };
        };
        /**
         * @description - `bad-arguments`: An argument is missing, unknown or of the wrong type.
         *     - `entries-refused`: Changes of several entities cannot be made, so none was; details: problems, each with its entity, key and field.
         *     - `moment-past`: Nothing is published at a set time that has been; details: at_ms, now_ms.
         *     - `publish-refused`: A configuration cannot be published; details: problems, each with its entity, key and field.
         */
        "BadArguments-EntriesRefused-MomentPast-PublishRefused": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "bad-arguments" | "entries-refused" | "moment-past" | "publish-refused";
                };
            };
        };
        /** @description - `draft-changed`: The draft is not the one that was seen; details: mark, who. */
        DraftChanged: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "draft-changed";
                };
            };
        };
        /**
         * @description - `entry-exists`: The key is taken.
         *     - `nothing-to-publish`: The draft is what is in force.
         */
        "EntryExists-NothingToPublish": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "entry-exists" | "nothing-to-publish";
                };
            };
        };
        /**
         * @description - `bad-arguments`: An argument is missing, unknown or of the wrong type.
         *     - `entries-refused`: Changes of several entities cannot be made, so none was; details: problems, each with its entity, key and field.
         */
        "BadArguments-EntriesRefused": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "bad-arguments" | "entries-refused";
                };
            };
        };
        /**
         * @description - `bad-arguments`: An argument is missing, unknown or of the wrong type.
         *     - `entries-refused`: Changes of several entities cannot be made, so none was; details: problems, each with its entity, key and field.
         *     - `publish-refused`: A configuration cannot be published; details: problems, each with its entity, key and field.
         */
        "BadArguments-EntriesRefused-PublishRefused": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "bad-arguments" | "entries-refused" | "publish-refused";
                };
            };
        };
        /**
         * @description - `draft-there`: Rolling back discards the draft, and nobody has said that it may; details: changes, who.
         *     - `entry-exists`: The key is taken.
         *     - `nothing-to-publish`: The draft is what is in force.
         */
        "DraftThere-EntryExists-NothingToPublish": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "draft-there" | "entry-exists" | "nothing-to-publish";
                };
            };
        };
        /**
         * @description - `no-such-page`: Nothing is served at this path.
         *     - `no-such-version`: No version has this number (any more), or none of its records are kept.
         */
        "NoSuchPage-NoSuchVersion": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "no-such-page" | "no-such-version";
                };
            };
        };
        /**
         * @description - `no-such-page`: Nothing is served at this path.
         *     - `no-such-plan`: No planned publication with this id waits.
         */
        "NoSuchPage-NoSuchPlan": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "no-such-page" | "no-such-plan";
                };
            };
        };
        /**
         * @description - `bad-arguments`: An argument is missing, unknown or of the wrong type.
         *     - `bad-document`: A file that is imported as the whole centre cannot be read; the message names the line.
         *     - `entries-refused`: Changes of several entities cannot be made, so none was; details: problems, each with its entity, key and field.
         */
        "BadArguments-BadDocument-EntriesRefused": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "bad-arguments" | "bad-document" | "entries-refused";
                };
            };
        };
        /**
         * @description - `database-away`: The database does not answer.
         *     - `doctor-failed`: `cti doctor` did not end in time, or said nothing that can be read.
         *     - `redis-away`: Redis does not answer.
         */
        "DatabaseAway-DoctorFailed-RedisAway": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "database-away" | "doctor-failed" | "redis-away";
                };
            };
        };
        /**
         * @description - `bad-arguments`: An argument is missing, unknown or of the wrong type.
         *     - `bad-lines`: The text has no line with a name, or too many.
         *     - `entries-refused`: Changes of several entities cannot be made, so none was; details: problems, each with its entity, key and field.
         */
        "BadArguments-BadLines-EntriesRefused": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "bad-arguments" | "bad-lines" | "entries-refused";
                };
            };
        };
        /**
         * @description - `centre-not-empty`: The demo is filled into an empty centre only; details: there (entity -> how many).
         *     - `draft-first`: What others have drafted would be published with it; details: changes.
         *     - `entry-exists`: The key is taken.
         */
        "CentreNotEmpty-DraftFirst-EntryExists": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "centre-not-empty" | "draft-first" | "entry-exists";
                };
            };
        };
        /**
         * @description - `demo-in-use`: The demo is not wiped under people's hands; details: calls, agents (how many).
         *     - `draft-first`: What others have drafted would be published with it; details: changes.
         *     - `entry-exists`: The key is taken.
         *     - `no-demo`: Nothing of the demo is there to be wiped.
         */
        "DemoInUse-DraftFirst-EntryExists-NoDemo": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "demo-in-use" | "draft-first" | "entry-exists" | "no-demo";
                };
            };
        };
        /**
         * @description - `agent-busy`: The agent is off shift, in a call, or the phone is not there.
         *     - `agent-not-logged-in`: The agent is not logged in.
         *     - `already-logged-in`: The agent is already logged in.
         *     - `emergency-number`: A customer is passed on to an emergency number without a word.
         *     - `nobody-on-shift`: No other agent of the queue is logged in: nobody would ever be free.
         *     - `not-your-phone`: The extension is neither the agent's own nor one of ``phones`` (none named: of free seating); details: own, others.
         *     - `note-changed`: Another window has saved another note meanwhile; details: note, version, code.
         *     - `nothing-asked`: The agent has not asked to be not ready, or does not any more.
         *     - `other-switch`: The phone that would be rung is registered, but not at the call's switch, and a call lives on one; details: node, there.
         *     - `own-number`: A colleague's extension or a line of the centre; details: number, agent_id ('' for a line).
         *     - `phone-in-use`: Somebody is logged in at this phone; one's own phone is free when the call there is over.
         *     - `phone-not-there`: No phone is registered for this extension.
         *     - `slot-taken`: A call is parked in this slot.
         *     - `too-many-paused`: As many of the team as may be are not ready for the reason; details: reason, at_once, away.
         *     - `wrong-state`: The state of an agent or a call does not allow this now.
         */
        "AgentBusy-AgentNotLoggedIn-AlreadyLoggedIn-EmergencyNumber-NobodyOnShift-NotYourPhone-NoteChanged-NothingAsked-OtherSwitch-OwnNumber-PhoneInUse-PhoneNotThere-SlotTaken-TooManyPaused-WrongState": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "agent-busy" | "agent-not-logged-in" | "already-logged-in" | "emergency-number" | "nobody-on-shift" | "not-your-phone" | "note-changed" | "nothing-asked" | "other-switch" | "own-number" | "phone-in-use" | "phone-not-there" | "slot-taken" | "too-many-paused" | "wrong-state";
                };
            };
        };
        /**
         * @description - `bad-arguments`: An argument is missing, unknown or of the wrong type.
         *     - `data-too-large`: Attached data over its limit.
         *     - `not-dialable`: The number plan knows no such number, or it has too few or too many digits; details: number.
         */
        "BadArguments-DataTooLarge-NotDialable": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "bad-arguments" | "data-too-large" | "not-dialable";
                };
            };
        };
        /**
         * @description - `bad-csrf`: The CSRF header is missing or wrong.
         *     - `bad-origin`: A request from another site.
         *     - `call-private`: The call is marked as private, by its agent or its flow.
         *     - `not-allowed`: The user may not do this.
         *     - `number-not-allowed`: The agent's class of service does not grant it, or nobody may call it; details: number, kind.
         */
        "BadCsrf-BadOrigin-CallPrivate-NotAllowed-NumberNotAllowed": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "bad-csrf" | "bad-origin" | "call-private" | "not-allowed" | "number-not-allowed";
                };
            };
        };
        /**
         * @description - `bad-request`: HTTP's own.
         *     - `unknown-refusal`: Another process refused by an id that this one does not know.
         */
        "BadRequest-Refused": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "bad-request" | "unknown-refusal";
                };
            };
        };
        /**
         * @description - `database-away`: The database does not answer.
         *     - `engine-away`: The engine does not run or cannot be reached; the command was not sent.
         *     - `no-configuration`: No configuration was published yet.
         *     - `no-switch`: The call's switch is not linked.
         *     - `no-trunk`: Every trunk for numbers of this kind is down, at its limit or in another group; details: kind, trunks {name: why}.
         *     - `redis-away`: Redis does not answer.
         */
        "DatabaseAway-EngineAway-NoConfiguration-NoSwitch-NoTrunk-RedisAway": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "database-away" | "engine-away" | "no-configuration" | "no-switch" | "no-trunk" | "redis-away";
                };
            };
        };
        /**
         * @description - `engine-error`: A defect: look at the screen before you send it again.
         *     - `server-error`: A defect; the log has it.
         */
        "EngineError-InternalError": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "engine-error" | "server-error";
                };
            };
        };
        /**
         * @description - `no-such-agent`: No agent has this id.
         *     - `no-such-call`: No call has this id, or it is over.
         *     - `no-such-command`: The command's name is unknown.
         *     - `no-such-destination`: A service has other destinations than this.
         *     - `no-such-flow`: No usable flow has this name.
         *     - `no-such-node`: The flow has no node of this name; details: nodes.
         *     - `no-such-party`: The call has no party of this number; CallView.legs has them.
         *     - `no-such-queue`: No queue has this id.
         *     - `no-such-reason`: The not-ready reason or disposition code is not configured.
         *     - `no-such-service`: No service has this id.
         *     - `nothing-there`: No call is parked in this slot, or rings there, any more.
         */
        "NoSuchAgent-NoSuchCall-NoSuchCommand-NoSuchDestination-NoSuchFlow-NoSuchNode-NoSuchParty-NoSuchQueue-NoSuchReason-NoSuchService-NothingThere": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "no-such-agent" | "no-such-call" | "no-such-command" | "no-such-destination" | "no-such-flow" | "no-such-node" | "no-such-party" | "no-such-queue" | "no-such-reason" | "no-such-service" | "nothing-there";
                };
            };
        };
        /**
         * @description - `outcome-unknown`: No answer in time, or the engine restarted while the command ran; look at the screen before you send it again.
         *     - `too-late`: The command's deadline has passed; send it again if it is still wanted.
         */
        "OutcomeUnknown-TooLate": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "outcome-unknown" | "too-late";
                };
            };
        };
        /** @description - `switch-refused`: The switch refused; the message has its words. */
        SwitchRefused: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "switch-refused";
                };
            };
        };
        /**
         * @description - `too-many-dialled`: The agent's class of service has a limit of outside calls, at once or a minute; details: limit.
         *     - `too-many-requests`: The API token has had its requests of this minute; details: retry_after_s, per_minute.
         */
        "TooManyDialled-TooManyRequests": {
            headers: {
                /** @description seconds */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "too-many-dialled" | "too-many-requests";
                };
            };
        };
        /**
         * @description - `bad-arguments`: An argument is missing, unknown or of the wrong type.
         *     - `bad-day`: A text that is no day; days or moments in the wrong order.
         *     - `search-too-long`: A search was stopped.
         */
        "BadArguments-BadDay-SearchTooLong": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "bad-arguments" | "bad-day" | "search-too-long";
                };
            };
        };
        /**
         * @description - `no-such-format`: Reports do not come as such files.
         *     - `no-such-page`: Nothing is served at this path.
         */
        "NoSuchFormat-NoSuchPage": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "no-such-format" | "no-such-page";
                };
            };
        };
        /** @description - `bad-range`: The file has no such range. */
        BadRange: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "bad-range";
                };
            };
        };
        /**
         * @description - `no-recording-file`: A recording's file is not there or cannot be looked at.
         *     - `no-such-page`: Nothing is served at this path.
         *     - `no-such-recording`: No recording that the user may hear has this id.
         */
        "NoRecordingFile-NoSuchPage-NoSuchRecording": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "no-recording-file" | "no-such-page" | "no-such-recording";
                };
            };
        };
        /**
         * @description - `no-such-message`: No message in a box that the user reaches has this id.
         *     - `no-such-page`: Nothing is served at this path.
         */
        "NoSuchMessage-NoSuchPage": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "no-such-message" | "no-such-page";
                };
            };
        };
        /**
         * @description - `bad-arguments`: An argument is missing, unknown or of the wrong type.
         *     - `bad-day`: A text that is no day; days or moments in the wrong order.
         *     - `bad-interval`: Reports have no rows of this length, or not for so many days.
         */
        "BadArguments-BadDay-BadInterval": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "bad-arguments" | "bad-day" | "bad-interval";
                };
            };
        };
        /** @description - `no-such-figure`: No figure has this name. */
        NoSuchFigure: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "no-such-figure";
                };
            };
        };
        /**
         * @description - `no-such-page`: Nothing is served at this path.
         *     - `no-such-user`: Nobody has this login or this id.
         */
        "NoSuchPage-NoSuchUser": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "no-such-page" | "no-such-user";
                };
            };
        };
        /** @description - `not-yourself`: Who did this to themselves could not undo it. */
        NotYourself: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "not-yourself";
                };
            };
        };
        /**
         * @description - `no-such-page`: Nothing is served at this path.
         *     - `no-such-session`: None of this user's sessions is called so.
         *     - `no-such-user`: Nobody has this login or this id.
         */
        "NoSuchPage-NoSuchSession-NoSuchUser": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "no-such-page" | "no-such-session" | "no-such-user";
                };
            };
        };
        /**
         * @description - `too-many-requests`: The API token has had its requests of this minute; details: retry_after_s, per_minute.
         *     - `too-many-streams`: The API token, or the process, has all the streams that it may; details: retry_after_s.
         */
        "TooManyRequests-TooManyStreams": {
            headers: {
                /** @description seconds */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "too-many-requests" | "too-many-streams";
                };
            };
        };
        /** @description - `upgrade-needed`: The request is no handshake of a websocket. */
        UpgradeNeeded: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "upgrade-needed";
                };
            };
        };
        /**
         * @description - `no-such-delivery`: The log has no such delivery of this webhook (any more).
         *     - `no-such-entry`: Nothing has this key, or this version.
         *     - `no-such-page`: Nothing is served at this path.
         */
        "NoSuchDelivery-NoSuchEntry-NoSuchPage": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    /** @enum {unknown} */
                    error_id?: "no-such-delivery" | "no-such-entry" | "no-such-page";
                };
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type Error = components['schemas']['Error'];
export type Login = components['schemas']['Login'];
export type User = components['schemas']['User'];
export type Session = components['schemas']['Session'];
export type Second = components['schemas']['Second'];
export type FirstSecond = components['schemas']['FirstSecond'];
export type FirstSession = components['schemas']['FirstSession'];
export type PasskeyAsk = components['schemas']['PasskeyAsk'];
export type Passkey = components['schemas']['Passkey'];
export type Locale = components['schemas']['Locale'];
export type Ticket = components['schemas']['Ticket'];
export type SeenPasskey = components['schemas']['SeenPasskey'];
export type SeenSecond = components['schemas']['SeenSecond'];
export type SeenSession = components['schemas']['SeenSession'];
export type Account = components['schemas']['Account'];
export type PasswordChange = components['schemas']['PasswordChange'];
export type Ended = components['schemas']['Ended'];
export type NewTotp = components['schemas']['NewTotp'];
export type Totp = components['schemas']['Totp'];
export type RecoveryCodes = components['schemas']['RecoveryCodes'];
export type Proof = components['schemas']['Proof'];
export type NewPasskey = components['schemas']['NewPasskey'];
export type WayProvider = components['schemas']['WayProvider'];
export type Ways = components['schemas']['Ways'];
export type LinkLook = components['schemas']['LinkLook'];
export type LinkFor = components['schemas']['LinkFor'];
export type LinkUse = components['schemas']['LinkUse'];
export type Forgotten = components['schemas']['Forgotten'];
export type Away = components['schemas']['Away'];
export type Brought = components['schemas']['Brought'];
export type Left = components['schemas']['Left'];
export type Texts = components['schemas']['Texts'];
export type Reason = components['schemas']['Reason'];
export type Disposition = components['schemas']['Disposition'];
export type ShortNumber = components['schemas']['ShortNumber'];
export type Phone = components['schemas']['Phone'];
export type SipServer = components['schemas']['SipServer'];
export type Team = components['schemas']['Team'];
export type Queue = components['schemas']['Queue'];
export type Agent = components['schemas']['Agent'];
export type Centre = components['schemas']['Centre'];
export type Given = components['schemas']['Given'];
export type Opening = components['schemas']['Opening'];
export type Choice = components['schemas']['Choice'];
export type EntityField = components['schemas']['EntityField'];
export type EntitySeen = components['schemas']['EntitySeen'];
export type EntityKind = components['schemas']['EntityKind'];
export type Entities = components['schemas']['Entities'];
export type ImportNow = components['schemas']['ImportNow'];
export type ImportsNow = components['schemas']['ImportsNow'];
export type Entry = components['schemas']['Entry'];
export type EntryPage = components['schemas']['EntryPage'];
export type MadeEntry = components['schemas']['MadeEntry'];
export type EntryVersion = components['schemas']['EntryVersion'];
export type EntryVersions = components['schemas']['EntryVersions'];
export type Undo = components['schemas']['Undo'];
export type EntryProblem = components['schemas']['EntryProblem'];
export type ImportedRow = components['schemas']['ImportedRow'];
export type Imported = components['schemas']['Imported'];
export type OwnValue = components['schemas']['OwnValue'];
export type CustomerCard = components['schemas']['CustomerCard'];
export type Calling = components['schemas']['Calling'];
export type NewCustomer = components['schemas']['NewCustomer'];
export type MadeCustomer = components['schemas']['MadeCustomer'];
export type CustomerNote = components['schemas']['CustomerNote'];
export type Merge = components['schemas']['Merge'];
export type Merges = components['schemas']['Merges'];
export type MergeWish = components['schemas']['MergeWish'];
export type PartWish = components['schemas']['PartWish'];
export type Contact = components['schemas']['Contact'];
export type Contacts = components['schemas']['Contacts'];
export type Notice = components['schemas']['Notice'];
export type Notices = components['schemas']['Notices'];
export type Receipt = components['schemas']['Receipt'];
export type Reader = components['schemas']['Reader'];
export type Readers = components['schemas']['Readers'];
export type Shades = components['schemas']['Shades'];
export type Colours = components['schemas']['Colours'];
export type Look = components['schemas']['Look'];
export type Converted = components['schemas']['Converted'];
export type Script = components['schemas']['Script'];
export type Paper = components['schemas']['Paper'];
export type Papers = components['schemas']['Papers'];
export type SwitchSounds = components['schemas']['SwitchSounds'];
export type Sound = components['schemas']['Sound'];
export type Sounds = components['schemas']['Sounds'];
export type MessageForPrompt = components['schemas']['MessageForPrompt'];
export type SwitchFile = components['schemas']['SwitchFile'];
export type SwitchFiles = components['schemas']['SwitchFiles'];
export type FileOfSwitch = components['schemas']['FileOfSwitch'];
export type FilesOfSwitch = components['schemas']['FilesOfSwitch'];
export type Author = components['schemas']['Author'];
export type EngineVersion = components['schemas']['EngineVersion'];
export type ConfigurationDraft = components['schemas']['ConfigurationDraft'];
export type Fault = components['schemas']['Fault'];
export type Faults = components['schemas']['Faults'];
export type FieldDifference = components['schemas']['FieldDifference'];
export type Difference = components['schemas']['Difference'];
export type KindCount = components['schemas']['KindCount'];
export type Differences = components['schemas']['Differences'];
export type Publish = components['schemas']['Publish'];
export type Planned = components['schemas']['Planned'];
export type PublicationDone = components['schemas']['PublicationDone'];
export type Discard = components['schemas']['Discard'];
export type Discarded = components['schemas']['Discarded'];
export type Version = components['schemas']['Version'];
export type Versions = components['schemas']['Versions'];
export type RollBack = components['schemas']['RollBack'];
export type Plans = components['schemas']['Plans'];
export type Taken = components['schemas']['Taken'];
export type Step = components['schemas']['Step'];
export type FirstCall = components['schemas']['FirstCall'];
export type AgentPhone = components['schemas']['AgentPhone'];
export type FirstRun = components['schemas']['FirstRun'];
export type Finding = components['schemas']['Finding'];
export type Findings = components['schemas']['Findings'];
export type Lines = components['schemas']['Lines'];
export type Person = components['schemas']['Person'];
export type StartPeople = components['schemas']['StartPeople'];
export type QueueName = components['schemas']['QueueName'];
export type NewQueue = components['schemas']['NewQueue'];
export type DemoDone = components['schemas']['DemoDone'];
export type DemoThere = components['schemas']['DemoThere'];
export type WipeDemo = components['schemas']['WipeDemo'];
export type DemoWiped = components['schemas']['DemoWiped'];
export type LoginAgentArguments = components['schemas']['LoginAgentArguments'];
export type LoginAgent = components['schemas']['LoginAgent'];
export type LogoutAgentArguments = components['schemas']['LogoutAgentArguments'];
export type LogoutAgent = components['schemas']['LogoutAgent'];
export type ReadyAgentArguments = components['schemas']['ReadyAgentArguments'];
export type ReadyAgent = components['schemas']['ReadyAgent'];
export type PauseAgentArguments = components['schemas']['PauseAgentArguments'];
export type PauseAgent = components['schemas']['PauseAgent'];
export type AnswerPauseArguments = components['schemas']['AnswerPauseArguments'];
export type AnswerPause = components['schemas']['AnswerPause'];
export type EndWrapUpArguments = components['schemas']['EndWrapUpArguments'];
export type EndWrapUp = components['schemas']['EndWrapUp'];
export type AgentPageGoneArguments = components['schemas']['AgentPageGoneArguments'];
export type AgentPageGone = components['schemas']['AgentPageGone'];
export type AgentPageBackArguments = components['schemas']['AgentPageBackArguments'];
export type AgentPageBack = components['schemas']['AgentPageBack'];
export type SwitchServiceArguments = components['schemas']['SwitchServiceArguments'];
export type SwitchService = components['schemas']['SwitchService'];
export type AnswerCallArguments = components['schemas']['AnswerCallArguments'];
export type AnswerCall = components['schemas']['AnswerCall'];
export type RejectCallArguments = components['schemas']['RejectCallArguments'];
export type RejectCall = components['schemas']['RejectCall'];
export type HoldCallArguments = components['schemas']['HoldCallArguments'];
export type HoldCall = components['schemas']['HoldCall'];
export type ResumeCallArguments = components['schemas']['ResumeCallArguments'];
export type ResumeCall = components['schemas']['ResumeCall'];
export type ConsultAgentArguments = components['schemas']['ConsultAgentArguments'];
export type ConsultAgent = components['schemas']['ConsultAgent'];
export type ConsultQueueArguments = components['schemas']['ConsultQueueArguments'];
export type ConsultQueue = components['schemas']['ConsultQueue'];
export type SwapCallsArguments = components['schemas']['SwapCallsArguments'];
export type SwapCalls = components['schemas']['SwapCalls'];
export type CompleteTransferArguments = components['schemas']['CompleteTransferArguments'];
export type CompleteTransfer = components['schemas']['CompleteTransfer'];
export type ReturnToCallerArguments = components['schemas']['ReturnToCallerArguments'];
export type ReturnToCaller = components['schemas']['ReturnToCaller'];
export type JoinCallsArguments = components['schemas']['JoinCallsArguments'];
export type JoinCalls = components['schemas']['JoinCalls'];
export type AddAgentArguments = components['schemas']['AddAgentArguments'];
export type AddAgent = components['schemas']['AddAgent'];
export type MutePartyArguments = components['schemas']['MutePartyArguments'];
export type MuteParty = components['schemas']['MuteParty'];
export type DropPartyArguments = components['schemas']['DropPartyArguments'];
export type DropParty = components['schemas']['DropParty'];
export type TransferToAgentArguments = components['schemas']['TransferToAgentArguments'];
export type TransferToAgent = components['schemas']['TransferToAgent'];
export type ConsultNumberArguments = components['schemas']['ConsultNumberArguments'];
export type ConsultNumber = components['schemas']['ConsultNumber'];
export type AddNumberArguments = components['schemas']['AddNumberArguments'];
export type AddNumber = components['schemas']['AddNumber'];
export type TransferToNumberArguments = components['schemas']['TransferToNumberArguments'];
export type TransferToNumber = components['schemas']['TransferToNumber'];
export type DialNumberArguments = components['schemas']['DialNumberArguments'];
export type DialNumber = components['schemas']['DialNumber'];
export type CallAgentArguments = components['schemas']['CallAgentArguments'];
export type CallAgent = components['schemas']['CallAgent'];
export type AskCallBackArguments = components['schemas']['AskCallBackArguments'];
export type AskCallBack = components['schemas']['AskCallBack'];
export type CancelCallBackArguments = components['schemas']['CancelCallBackArguments'];
export type CancelCallBack = components['schemas']['CancelCallBack'];
export type TransferToQueueArguments = components['schemas']['TransferToQueueArguments'];
export type TransferToQueue = components['schemas']['TransferToQueue'];
export type TransferToFlowArguments = components['schemas']['TransferToFlowArguments'];
export type TransferToFlow = components['schemas']['TransferToFlow'];
export type SendToFlowArguments = components['schemas']['SendToFlowArguments'];
export type SendToFlow = components['schemas']['SendToFlow'];
export type ParkCallArguments = components['schemas']['ParkCallArguments'];
export type ParkCall = components['schemas']['ParkCall'];
export type RetrieveCallArguments = components['schemas']['RetrieveCallArguments'];
export type RetrieveCall = components['schemas']['RetrieveCall'];
export type PickUpCallArguments = components['schemas']['PickUpCallArguments'];
export type PickUpCall = components['schemas']['PickUpCall'];
export type SetCallPrivateArguments = components['schemas']['SetCallPrivateArguments'];
export type SetCallPrivate = components['schemas']['SetCallPrivate'];
export type HangupCallArguments = components['schemas']['HangupCallArguments'];
export type HangupCall = components['schemas']['HangupCall'];
export type ListenToCallArguments = components['schemas']['ListenToCallArguments'];
export type ListenToCall = components['schemas']['ListenToCall'];
export type SetListeningArguments = components['schemas']['SetListeningArguments'];
export type SetListening = components['schemas']['SetListening'];
export type TakeOverCallArguments = components['schemas']['TakeOverCallArguments'];
export type TakeOverCall = components['schemas']['TakeOverCall'];
export type StopListeningArguments = components['schemas']['StopListeningArguments'];
export type StopListening = components['schemas']['StopListening'];
export type DescribeCallArguments = components['schemas']['DescribeCallArguments'];
export type DescribeCall = components['schemas']['DescribeCall'];
export type SetCallDataArguments = components['schemas']['SetCallDataArguments'];
export type SetCallData = components['schemas']['SetCallData'];
export type SaveNoteArguments = components['schemas']['SaveNoteArguments'];
export type SaveNote = components['schemas']['SaveNote'];
export type SetDispositionArguments = components['schemas']['SetDispositionArguments'];
export type SetDisposition = components['schemas']['SetDisposition'];
export type ReportRecordingArguments = components['schemas']['ReportRecordingArguments'];
export type ReportRecording = components['schemas']['ReportRecording'];
export type ReportWebhookArguments = components['schemas']['ReportWebhookArguments'];
export type ReportWebhook = components['schemas']['ReportWebhook'];
export type Figures = components['schemas']['Figures'];
export type RestoreFiguresArguments = components['schemas']['RestoreFiguresArguments'];
export type RestoreFigures = components['schemas']['RestoreFigures'];
export type ReloadConfigArguments = components['schemas']['ReloadConfigArguments'];
export type ReloadConfig = components['schemas']['ReloadConfig'];
export type ReportPublicationArguments = components['schemas']['ReportPublicationArguments'];
export type ReportPublication = components['schemas']['ReportPublication'];
export type PingArguments = components['schemas']['PingArguments'];
export type Ping = components['schemas']['Ping'];
export type Reply = components['schemas']['Reply'];
export type CallRow = components['schemas']['CallRow'];
export type CallPage = components['schemas']['CallPage'];
export type IvrStep = components['schemas']['IvrStep'];
export type CallTold = components['schemas']['CallTold'];
export type SegmentDetail = components['schemas']['SegmentDetail'];
export type SegmentRow = components['schemas']['SegmentRow'];
export type RecordingRow = components['schemas']['RecordingRow'];
export type DispositionRow = components['schemas']['DispositionRow'];
export type CallDetail = components['schemas']['CallDetail'];
export type Message = components['schemas']['Message'];
export type MessagePage = components['schemas']['MessagePage'];
export type Box = components['schemas']['Box'];
export type Boxes = components['schemas']['Boxes'];
export type MessageWish = components['schemas']['MessageWish'];
export type QueueFigures = components['schemas']['QueueFigures'];
export type QueueReport = components['schemas']['QueueReport'];
export type AgentFigures = components['schemas']['AgentFigures'];
export type AgentReport = components['schemas']['AgentReport'];
export type AuditRow = components['schemas']['AuditRow'];
export type AuditPage = components['schemas']['AuditPage'];
export type ChainProblem = components['schemas']['ChainProblem'];
export type ChainState = components['schemas']['ChainState'];
export type OpenLink = components['schemas']['OpenLink'];
export type SeenLock = components['schemas']['SeenLock'];
export type HasSecond = components['schemas']['HasSecond'];
export type SeenWait = components['schemas']['SeenWait'];
export type SignIn = components['schemas']['SignIn'];
export type MadeLink = components['schemas']['MadeLink'];
export type Invited = components['schemas']['Invited'];
export type Lock = components['schemas']['Lock'];
export type Lookup = components['schemas']['Lookup'];
export type Health = components['schemas']['Health'];
export type Delivery = components['schemas']['Delivery'];
export type DeliveryPage = components['schemas']['DeliveryPage'];
export type ResponseBadArguments = components['responses']['BadArguments'];
export type ResponseBadCredentialsSecondFactorMissingSecondFactorNeeded = components['responses']['BadCredentials-SecondFactorMissing-SecondFactorNeeded'];
export type ResponseBadHost = components['responses']['BadHost'];
export type ResponseBadOriginPasswordOff = components['responses']['BadOrigin-PasswordOff'];
export type ResponseBadRequest = components['responses']['BadRequest'];
export type ResponseDatabaseAwayRedisAway = components['responses']['DatabaseAway-RedisAway'];
export type ResponseInternalError = components['responses']['InternalError'];
export type ResponseTooLarge = components['responses']['TooLarge'];
export type ResponseTooManyLogins = components['responses']['TooManyLogins'];
export type ResponseWrongContentType = components['responses']['WrongContentType'];
export type ResponseBadCredentialsBadSecondFactor = components['responses']['BadCredentials-BadSecondFactor'];
export type ResponseBadOrigin = components['responses']['BadOrigin'];
export type ResponseCannotOpenDatabaseAwayRedisAway = components['responses']['CannotOpen-DatabaseAway-RedisAway'];
export type ResponseNoSecretsKey = components['responses']['NoSecretsKey'];
export type ResponseRedisAway = components['responses']['RedisAway'];
export type ResponseBadCredentialsBadPasskey = components['responses']['BadCredentials-BadPasskey'];
export type ResponseBadTokenNotLoggedIn = components['responses']['BadToken-NotLoggedIn'];
export type ResponseTooManyRequests = components['responses']['TooManyRequests'];
export type ResponseBadCsrfBadOriginNotAllowed = components['responses']['BadCsrf-BadOrigin-NotAllowed'];
export type ResponseBadArgumentsWeakPassword = components['responses']['BadArguments-WeakPassword'];
export type ResponseBadCredentialsBadTokenNotLoggedIn = components['responses']['BadCredentials-BadToken-NotLoggedIn'];
export type ResponseBadCsrfBadOriginNotAllowedWrongPassword = components['responses']['BadCsrf-BadOrigin-NotAllowed-WrongPassword'];
export type ResponseTooManyLoginsTooManyRequests = components['responses']['TooManyLogins-TooManyRequests'];
export type ResponseNoSuchPageNoSuchSession = components['responses']['NoSuchPage-NoSuchSession'];
export type ResponseBadSecondFactorBadTokenNotLoggedIn = components['responses']['BadSecondFactor-BadToken-NotLoggedIn'];
export type ResponseSecondDemanded = components['responses']['SecondDemanded'];
export type ResponseBadPasskeyBadTokenNotLoggedIn = components['responses']['BadPasskey-BadToken-NotLoggedIn'];
export type ResponseNoSuchPasskey = components['responses']['NoSuchPasskey'];
export type ResponseTooManyPasskeys = components['responses']['TooManyPasskeys'];
export type ResponseNoSuchPageNoSuchPasskey = components['responses']['NoSuchPage-NoSuchPasskey'];
export type ResponseLinkOver = components['responses']['LinkOver'];
export type ResponseNoMail = components['responses']['NoMail'];
export type ResponseCannotOpenDatabaseAwayProviderAwayRedisAway = components['responses']['CannotOpen-DatabaseAway-ProviderAway-RedisAway'];
export type ResponseNoSuchPageNoSuchProvider = components['responses']['NoSuchPage-NoSuchProvider'];
export type ResponseBadCredentialsSecondFactorMissingSecondFactorNeededSignInRefused = components['responses']['BadCredentials-SecondFactorMissing-SecondFactorNeeded-SignInRefused'];
export type ResponseBadOriginNotKnownHere = components['responses']['BadOrigin-NotKnownHere'];
export type ResponseNoSuchProvider = components['responses']['NoSuchProvider'];
export type ResponseDatabaseAwayNoConfigurationRedisAway = components['responses']['DatabaseAway-NoConfiguration-RedisAway'];
export type ResponseNoSuchEntry = components['responses']['NoSuchEntry'];
export type ResponseNoSuchPage = components['responses']['NoSuchPage'];
export type ResponseNotAllowed = components['responses']['NotAllowed'];
export type ResponseBadArgumentsBadEntry = components['responses']['BadArguments-BadEntry'];
export type ResponseEntryChanged = components['responses']['EntryChanged'];
export type ResponseEntryExistsEntryInUse = components['responses']['EntryExists-EntryInUse'];
export type ResponseNoSuchEntryNoSuchPage = components['responses']['NoSuchEntry-NoSuchPage'];
export type ResponseVersionNeeded = components['responses']['VersionNeeded'];
export type ResponseBadArgumentsBadTableImportRefused = components['responses']['BadArguments-BadTable-ImportRefused'];
export type ResponseEntryExists = components['responses']['EntryExists'];
export type ResponseNoSuchCallNoSuchPage = components['responses']['NoSuchCall-NoSuchPage'];
export type ResponseNoSuchCallNoSuchCustomerNoSuchEntryNoSuchPage = components['responses']['NoSuchCall-NoSuchCustomer-NoSuchEntry-NoSuchPage'];
export type ResponseBadArgumentsImportRefused = components['responses']['BadArguments-ImportRefused'];
export type ResponseEntryInUseNotMerged = components['responses']['EntryInUse-NotMerged'];
export type ResponseNoSuchNoticeNoSuchPage = components['responses']['NoSuchNotice-NoSuchPage'];
export type ResponseDatabaseAway = components['responses']['DatabaseAway'];
export type ResponseNoSuchPageNoSuchPicture = components['responses']['NoSuchPage-NoSuchPicture'];
export type ResponseBadArgumentsBadPicture = components['responses']['BadArguments-BadPicture'];
export type ResponseBadArgumentsBadSound = components['responses']['BadArguments-BadSound'];
export type ResponseNoRecordingFileNoSuchEntryNoSuchPageNoSuchRecording = components['responses']['NoRecordingFile-NoSuchEntry-NoSuchPage-NoSuchRecording'];
export type ResponseNoSuchPageNoSuchSound = components['responses']['NoSuchPage-NoSuchSound'];
export type ResponseSoundUsed = components['responses']['SoundUsed'];
export type ResponseNotLoggedIn = components['responses']['NotLoggedIn'];
export type ResponseNoSuchVersion = components['responses']['NoSuchVersion'];
export type ResponseBadArgumentsEntriesRefusedMomentPastPublishRefused = components['responses']['BadArguments-EntriesRefused-MomentPast-PublishRefused'];
export type ResponseDraftChanged = components['responses']['DraftChanged'];
export type ResponseEntryExistsNothingToPublish = components['responses']['EntryExists-NothingToPublish'];
export type ResponseBadArgumentsEntriesRefused = components['responses']['BadArguments-EntriesRefused'];
export type ResponseBadArgumentsEntriesRefusedPublishRefused = components['responses']['BadArguments-EntriesRefused-PublishRefused'];
export type ResponseDraftThereEntryExistsNothingToPublish = components['responses']['DraftThere-EntryExists-NothingToPublish'];
export type ResponseNoSuchPageNoSuchVersion = components['responses']['NoSuchPage-NoSuchVersion'];
export type ResponseNoSuchPageNoSuchPlan = components['responses']['NoSuchPage-NoSuchPlan'];
export type ResponseBadArgumentsBadDocumentEntriesRefused = components['responses']['BadArguments-BadDocument-EntriesRefused'];
export type ResponseDatabaseAwayDoctorFailedRedisAway = components['responses']['DatabaseAway-DoctorFailed-RedisAway'];
export type ResponseBadArgumentsBadLinesEntriesRefused = components['responses']['BadArguments-BadLines-EntriesRefused'];
export type ResponseCentreNotEmptyDraftFirstEntryExists = components['responses']['CentreNotEmpty-DraftFirst-EntryExists'];
export type ResponseDemoInUseDraftFirstEntryExistsNoDemo = components['responses']['DemoInUse-DraftFirst-EntryExists-NoDemo'];
export type ResponseAgentBusyAgentNotLoggedInAlreadyLoggedInEmergencyNumberNobodyOnShiftNotYourPhoneNoteChangedNothingAskedOtherSwitchOwnNumberPhoneInUsePhoneNotThereSlotTakenTooManyPausedWrongState = components['responses']['AgentBusy-AgentNotLoggedIn-AlreadyLoggedIn-EmergencyNumber-NobodyOnShift-NotYourPhone-NoteChanged-NothingAsked-OtherSwitch-OwnNumber-PhoneInUse-PhoneNotThere-SlotTaken-TooManyPaused-WrongState'];
export type ResponseBadArgumentsDataTooLargeNotDialable = components['responses']['BadArguments-DataTooLarge-NotDialable'];
export type ResponseBadCsrfBadOriginCallPrivateNotAllowedNumberNotAllowed = components['responses']['BadCsrf-BadOrigin-CallPrivate-NotAllowed-NumberNotAllowed'];
export type ResponseBadRequestRefused = components['responses']['BadRequest-Refused'];
export type ResponseDatabaseAwayEngineAwayNoConfigurationNoSwitchNoTrunkRedisAway = components['responses']['DatabaseAway-EngineAway-NoConfiguration-NoSwitch-NoTrunk-RedisAway'];
export type ResponseEngineErrorInternalError = components['responses']['EngineError-InternalError'];
export type ResponseNoSuchAgentNoSuchCallNoSuchCommandNoSuchDestinationNoSuchFlowNoSuchNodeNoSuchPartyNoSuchQueueNoSuchReasonNoSuchServiceNothingThere = components['responses']['NoSuchAgent-NoSuchCall-NoSuchCommand-NoSuchDestination-NoSuchFlow-NoSuchNode-NoSuchParty-NoSuchQueue-NoSuchReason-NoSuchService-NothingThere'];
export type ResponseOutcomeUnknownTooLate = components['responses']['OutcomeUnknown-TooLate'];
export type ResponseSwitchRefused = components['responses']['SwitchRefused'];
export type ResponseTooManyDialledTooManyRequests = components['responses']['TooManyDialled-TooManyRequests'];
export type ResponseBadArgumentsBadDaySearchTooLong = components['responses']['BadArguments-BadDay-SearchTooLong'];
export type ResponseNoSuchFormatNoSuchPage = components['responses']['NoSuchFormat-NoSuchPage'];
export type ResponseBadRange = components['responses']['BadRange'];
export type ResponseNoRecordingFileNoSuchPageNoSuchRecording = components['responses']['NoRecordingFile-NoSuchPage-NoSuchRecording'];
export type ResponseNoSuchMessageNoSuchPage = components['responses']['NoSuchMessage-NoSuchPage'];
export type ResponseBadArgumentsBadDayBadInterval = components['responses']['BadArguments-BadDay-BadInterval'];
export type ResponseNoSuchFigure = components['responses']['NoSuchFigure'];
export type ResponseNoSuchPageNoSuchUser = components['responses']['NoSuchPage-NoSuchUser'];
export type ResponseNotYourself = components['responses']['NotYourself'];
export type ResponseNoSuchPageNoSuchSessionNoSuchUser = components['responses']['NoSuchPage-NoSuchSession-NoSuchUser'];
export type ResponseTooManyRequestsTooManyStreams = components['responses']['TooManyRequests-TooManyStreams'];
export type ResponseUpgradeNeeded = components['responses']['UpgradeNeeded'];
export type ResponseNoSuchDeliveryNoSuchEntryNoSuchPage = components['responses']['NoSuchDelivery-NoSuchEntry-NoSuchPage'];
export type $defs = Record<string, never>;
export interface operations {
    read_session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    log_in: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Login"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description of the session; a login also makes the browser known */
                    "Set-Cookie"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["BadCredentials-SecondFactorMissing-SecondFactorNeeded"];
            403: components["responses"]["BadOrigin-PasswordOff"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["WrongContentType"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyLogins"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    log_out: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    /** @description of the session; a login also makes the browser known */
                    "Set-Cookie"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["BadCsrf-BadOrigin-NotAllowed"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    finish_login: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Second"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description of the session; a login also makes the browser known */
                    "Set-Cookie"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["BadCredentials-BadSecondFactor"];
            403: components["responses"]["BadOrigin"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["WrongContentType"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyLogins"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["CannotOpen-DatabaseAway-RedisAway"];
        };
    };
    set_up_and_finish: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FirstSecond"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description of the session; a login also makes the browser known */
                    "Set-Cookie"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FirstSession"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["BadCredentials-BadSecondFactor"];
            403: components["responses"]["BadOrigin"];
            409: components["responses"]["NoSecretsKey"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["WrongContentType"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyLogins"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    ask_for_passkey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PasskeyAsk"];
                };
            };
            403: components["responses"]["BadOrigin"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyLogins"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["RedisAway"];
        };
    };
    log_in_with_passkey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Passkey"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description of the session; a login also makes the browser known */
                    "Set-Cookie"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["BadCredentials-BadPasskey"];
            403: components["responses"]["BadOrigin-PasswordOff"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["WrongContentType"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyLogins"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    set_locale: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Locale"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["BadCsrf-BadOrigin-NotAllowed"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["WrongContentType"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    make_ticket: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ticket"];
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["BadCsrf-BadOrigin-NotAllowed"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    read_account: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    change_password: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordChange"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description of the session; a login also makes the browser known */
                    "Set-Cookie"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["BadCredentials-BadToken-NotLoggedIn"];
            403: components["responses"]["BadCsrf-BadOrigin-NotAllowed-WrongPassword"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["WrongContentType"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments-WeakPassword"];
            429: components["responses"]["TooManyLogins-TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    end_other_sessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ended"];
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["BadCsrf-BadOrigin-NotAllowed"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    end_other_session: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                session_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["BadCsrf-BadOrigin-NotAllowed"];
            404: components["responses"]["NoSuchPage-NoSuchSession"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    set_totp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Totp"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryCodes"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["BadSecondFactor-BadToken-NotLoggedIn"];
            403: components["responses"]["BadCsrf-BadOrigin-NotAllowed-WrongPassword"];
            409: components["responses"]["NoSecretsKey"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["WrongContentType"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyLogins-TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    begin_totp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewTotp"];
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["BadCsrf-BadOrigin-NotAllowed"];
            409: components["responses"]["NoSecretsKey"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    remove_totp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Proof"];
            };
        };
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["BadCsrf-BadOrigin-NotAllowed-WrongPassword"];
            409: components["responses"]["SecondDemanded"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["WrongContentType"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyLogins-TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    make_recovery_codes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Proof"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryCodes"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["BadCsrf-BadOrigin-NotAllowed-WrongPassword"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["WrongContentType"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyLogins-TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    ask_for_new_passkey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PasskeyAsk"];
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["BadCsrf-BadOrigin-NotAllowed"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    add_passkey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPasskey"];
            };
        };
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["BadPasskey-BadToken-NotLoggedIn"];
            403: components["responses"]["BadCsrf-BadOrigin-NotAllowed-WrongPassword"];
            404: components["responses"]["NoSuchPasskey"];
            409: components["responses"]["TooManyPasskeys"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["WrongContentType"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyLogins-TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    remove_passkey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                passkey_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Proof"];
            };
        };
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["BadCsrf-BadOrigin-NotAllowed-WrongPassword"];
            404: components["responses"]["NoSuchPage-NoSuchPasskey"];
            409: components["responses"]["SecondDemanded"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["WrongContentType"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyLogins-TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    read_ways: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ways"];
                };
            };
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            500: components["responses"]["InternalError"];
        };
    };
    use_link: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LinkUse"];
            };
        };
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            403: components["responses"]["BadOrigin"];
            404: components["responses"]["LinkOver"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["WrongContentType"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments-WeakPassword"];
            429: components["responses"]["TooManyLogins"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    look_at_link: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LinkLook"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LinkFor"];
                };
            };
            400: components["responses"]["BadRequest"];
            403: components["responses"]["BadOrigin"];
            404: components["responses"]["LinkOver"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["WrongContentType"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyLogins"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    forgot_password: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Forgotten"];
            };
        };
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            403: components["responses"]["BadOrigin"];
            409: components["responses"]["NoMail"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["WrongContentType"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyLogins"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["RedisAway"];
        };
    };
    go_away: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                provider: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Away"];
                };
            };
            403: components["responses"]["BadOrigin"];
            404: components["responses"]["NoSuchPage-NoSuchProvider"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyLogins"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["CannotOpen-DatabaseAway-ProviderAway-RedisAway"];
        };
    };
    come_back: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Brought"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description of the session; a login also makes the browser known */
                    "Set-Cookie"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["BadCredentials-SecondFactorMissing-SecondFactorNeeded-SignInRefused"];
            403: components["responses"]["BadOrigin-NotKnownHere"];
            404: components["responses"]["NoSuchProvider"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["WrongContentType"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyLogins"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["CannotOpen-DatabaseAway-ProviderAway-RedisAway"];
        };
    };
    log_in_by_directory: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                provider: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Login"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description of the session; a login also makes the browser known */
                    "Set-Cookie"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["BadCredentials-SecondFactorMissing-SecondFactorNeeded"];
            403: components["responses"]["BadOrigin-NotKnownHere"];
            404: components["responses"]["NoSuchPage-NoSuchProvider"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["WrongContentType"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyLogins"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["CannotOpen-DatabaseAway-ProviderAway-RedisAway"];
        };
    };
    sign_out: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description of the session; a login also makes the browser known */
                    "Set-Cookie"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Left"];
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["BadCsrf-BadOrigin-NotAllowed"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    read_centre: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Centre"];
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-NoConfiguration-RedisAway"];
        };
    };
    tell_opening: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Given"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Opening"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["BadCsrf-BadOrigin-NotAllowed"];
            404: components["responses"]["NoSuchEntry"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["WrongContentType"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    describe_entities: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Entities"];
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    read_import: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportsNow"];
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    list_entries: {
        parameters: {
            query?: {
                /** @description in any text */
                search?: string;
                /** @description a JSON object, field: value; of a map one of its keys */
                filter?: string;
                /** @description a field; - before it: downwards; '' by key */
                sort?: string;
                page?: number;
                per_page?: number;
            };
            header?: never;
            path: {
                entity: "teams" | "groups" | "agents" | "free_seats" | "skills" | "queues" | "services" | "service_numbers" | "recording_rules" | "voicemail_boxes" | "alarm_rules" | "hours" | "calendars" | "flows" | "not_ready_reasons" | "dispositions" | "data_labels" | "trunks" | "trunk_groups" | "number_rules" | "short_numbers" | "classes_of_service" | "forbidden_numbers" | "prompts" | "settings" | "customers" | "customer_classes" | "customer_fields" | "notices" | "look" | "scripts" | "shelf" | "shelf_hosts" | "address_book" | "users" | "roles" | "sign_in_providers" | "tokens" | "webhooks";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EntryPage"];
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["NotAllowed"];
            404: components["responses"]["NoSuchPage"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    create_entry: {
        parameters: {
            query?: {
                /** @description tells what would become of it and changes nothing */
                dry_run?: boolean;
            };
            header?: never;
            path: {
                entity: "teams" | "groups" | "agents" | "free_seats" | "skills" | "queues" | "services" | "service_numbers" | "recording_rules" | "voicemail_boxes" | "alarm_rules" | "hours" | "calendars" | "flows" | "not_ready_reasons" | "dispositions" | "data_labels" | "trunks" | "trunk_groups" | "number_rules" | "short_numbers" | "classes_of_service" | "forbidden_numbers" | "prompts" | "settings" | "customers" | "customer_classes" | "customer_fields" | "notices" | "look" | "scripts" | "shelf" | "shelf_hosts" | "address_book" | "users" | "roles" | "sign_in_providers" | "tokens" | "webhooks";
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Given"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    /** @description the version, for If-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MadeEntry"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["BadCsrf-BadOrigin-NotAllowed"];
            404: components["responses"]["NoSuchEntry-NoSuchPage"];
            409: components["responses"]["EntryExists-EntryInUse"];
            412: components["responses"]["EntryChanged"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["WrongContentType"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments-BadEntry"];
            428: components["responses"]["VersionNeeded"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    read_entry: {
        parameters: {
            query?: never;
            header?: {
                /** @description the version that was seen, as ETag told it */
                "If-Match"?: string;
            };
            path: {
                entity: "teams" | "groups" | "agents" | "free_seats" | "skills" | "queues" | "services" | "service_numbers" | "recording_rules" | "voicemail_boxes" | "alarm_rules" | "hours" | "calendars" | "flows" | "not_ready_reasons" | "dispositions" | "data_labels" | "trunks" | "trunk_groups" | "number_rules" | "short_numbers" | "classes_of_service" | "forbidden_numbers" | "prompts" | "settings" | "customers" | "customer_classes" | "customer_fields" | "notices" | "look" | "scripts" | "shelf" | "shelf_hosts" | "address_book" | "users" | "roles" | "sign_in_providers" | "tokens" | "webhooks";
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description the version, for If-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Entry"];
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["NotAllowed"];
            404: components["responses"]["NoSuchEntry-NoSuchPage"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    remove_entry: {
        parameters: {
            query?: never;
            header?: {
                /** @description the version that was seen, as ETag told it */
                "If-Match"?: string;
            };
            path: {
                entity: "teams" | "groups" | "agents" | "free_seats" | "skills" | "queues" | "services" | "service_numbers" | "recording_rules" | "voicemail_boxes" | "alarm_rules" | "hours" | "calendars" | "flows" | "not_ready_reasons" | "dispositions" | "data_labels" | "trunks" | "trunk_groups" | "number_rules" | "short_numbers" | "classes_of_service" | "forbidden_numbers" | "prompts" | "settings" | "customers" | "customer_classes" | "customer_fields" | "notices" | "look" | "scripts" | "shelf" | "shelf_hosts" | "address_book" | "users" | "roles" | "sign_in_providers" | "tokens" | "webhooks";
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["BadCsrf-BadOrigin-NotAllowed"];
            404: components["responses"]["NoSuchEntry-NoSuchPage"];
            409: components["responses"]["EntryExists-EntryInUse"];
            412: components["responses"]["EntryChanged"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments-BadEntry"];
            428: components["responses"]["VersionNeeded"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    change_entry: {
        parameters: {
            query?: {
                /** @description tells what would become of it and changes nothing */
                dry_run?: boolean;
            };
            header?: {
                /** @description the version that was seen, as ETag told it */
                "If-Match"?: string;
            };
            path: {
                entity: "teams" | "groups" | "agents" | "free_seats" | "skills" | "queues" | "services" | "service_numbers" | "recording_rules" | "voicemail_boxes" | "alarm_rules" | "hours" | "calendars" | "flows" | "not_ready_reasons" | "dispositions" | "data_labels" | "trunks" | "trunk_groups" | "number_rules" | "short_numbers" | "classes_of_service" | "forbidden_numbers" | "prompts" | "settings" | "customers" | "customer_classes" | "customer_fields" | "notices" | "look" | "scripts" | "shelf" | "shelf_hosts" | "address_book" | "users" | "roles" | "sign_in_providers" | "tokens" | "webhooks";
                key: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Given"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description the version, for If-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MadeEntry"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["BadCsrf-BadOrigin-NotAllowed"];
            404: components["responses"]["NoSuchEntry-NoSuchPage"];
            409: components["responses"]["EntryExists-EntryInUse"];
            412: components["responses"]["EntryChanged"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["WrongContentType"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments-BadEntry"];
            428: components["responses"]["VersionNeeded"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    entry_history: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                entity: "teams" | "groups" | "agents" | "free_seats" | "skills" | "queues" | "services" | "service_numbers" | "recording_rules" | "voicemail_boxes" | "alarm_rules" | "hours" | "calendars" | "flows" | "not_ready_reasons" | "dispositions" | "data_labels" | "trunks" | "trunk_groups" | "number_rules" | "short_numbers" | "classes_of_service" | "forbidden_numbers" | "prompts" | "settings" | "customers" | "customer_classes" | "customer_fields" | "notices" | "look" | "scripts" | "shelf" | "shelf_hosts" | "address_book" | "users" | "roles" | "sign_in_providers" | "tokens" | "webhooks";
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EntryVersions"];
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["NotAllowed"];
            404: components["responses"]["NoSuchEntry-NoSuchPage"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    undo_entry: {
        parameters: {
            query?: never;
            header?: {
                /** @description the version that was seen, as ETag told it */
                "If-Match"?: string;
            };
            path: {
                entity: "teams" | "groups" | "agents" | "free_seats" | "skills" | "queues" | "services" | "service_numbers" | "recording_rules" | "voicemail_boxes" | "alarm_rules" | "hours" | "calendars" | "flows" | "not_ready_reasons" | "dispositions" | "data_labels" | "trunks" | "trunk_groups" | "number_rules" | "short_numbers" | "classes_of_service" | "forbidden_numbers" | "prompts" | "settings" | "customers" | "customer_classes" | "customer_fields" | "notices" | "look" | "scripts" | "shelf" | "shelf_hosts" | "address_book" | "users" | "roles" | "sign_in_providers" | "tokens" | "webhooks";
                key: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Undo"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description the version, for If-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MadeEntry"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["BadCsrf-BadOrigin-NotAllowed"];
            404: components["responses"]["NoSuchEntry-NoSuchPage"];
            409: components["responses"]["EntryExists-EntryInUse"];
            412: components["responses"]["EntryChanged"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["WrongContentType"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments-BadEntry"];
            428: components["responses"]["VersionNeeded"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    export_entries: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                entity: "teams" | "groups" | "agents" | "free_seats" | "skills" | "queues" | "services" | "service_numbers" | "recording_rules" | "voicemail_boxes" | "alarm_rules" | "hours" | "calendars" | "flows" | "not_ready_reasons" | "dispositions" | "data_labels" | "trunks" | "trunk_groups" | "number_rules" | "short_numbers" | "classes_of_service" | "forbidden_numbers" | "prompts" | "settings" | "customers" | "customer_classes" | "customer_fields" | "notices" | "look" | "scripts" | "shelf" | "shelf_hosts" | "address_book" | "users" | "roles" | "sign_in_providers" | "tokens" | "webhooks";
                ending: "csv" | "xlsx";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": string;
                    "text/csv; charset=utf-8": string;
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["NotAllowed"];
            404: components["responses"]["NoSuchPage"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    import_entries: {
        parameters: {
            query?: {
                /** @description tells what would become of it and changes nothing */
                dry_run?: boolean;
            };
            header?: never;
            path: {
                entity: "teams" | "groups" | "agents" | "free_seats" | "skills" | "queues" | "services" | "service_numbers" | "recording_rules" | "voicemail_boxes" | "alarm_rules" | "hours" | "calendars" | "flows" | "not_ready_reasons" | "dispositions" | "data_labels" | "trunks" | "trunk_groups" | "number_rules" | "short_numbers" | "classes_of_service" | "forbidden_numbers" | "prompts" | "settings" | "customers" | "customer_classes" | "customer_fields" | "notices" | "look" | "scripts" | "shelf" | "shelf_hosts" | "address_book" | "users" | "roles" | "sign_in_providers" | "tokens" | "webhooks";
                ending: "csv" | "xlsx";
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "text/csv; charset=utf-8": string;
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": string;
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Imported"];
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["BadCsrf-BadOrigin-NotAllowed"];
            404: components["responses"]["NoSuchPage"];
            409: components["responses"]["EntryExists"];
            413: components["responses"]["TooLarge"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments-BadTable-ImportRefused"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    call_customers: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                call_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Calling"];
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            404: components["responses"]["NoSuchCall-NoSuchPage"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-NoConfiguration-RedisAway"];
        };
    };
    create_call_customer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                call_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewCustomer"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MadeCustomer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["BadCsrf-BadOrigin-NotAllowed"];
            404: components["responses"]["NoSuchCall-NoSuchPage"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["WrongContentType"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments-BadEntry"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-NoConfiguration-RedisAway"];
        };
    };
    note_of_customer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                call_id: string;
                customer_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CustomerNote"];
            };
        };
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["BadCsrf-BadOrigin-NotAllowed"];
            404: components["responses"]["NoSuchCall-NoSuchCustomer-NoSuchEntry-NoSuchPage"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["WrongContentType"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments-BadEntry"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-NoConfiguration-RedisAway"];
        };
    };
    customer_merges: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                customer_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Merges"];
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["NotAllowed"];
            404: components["responses"]["NoSuchPage"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    merge_customers: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                customer_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MergeWish"];
            };
        };
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["BadCsrf-BadOrigin-NotAllowed"];
            404: components["responses"]["NoSuchEntry-NoSuchPage"];
            409: components["responses"]["EntryInUse-NotMerged"];
            412: components["responses"]["EntryChanged"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["WrongContentType"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments-ImportRefused"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    part_customers: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                customer_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PartWish"];
            };
        };
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["BadCsrf-BadOrigin-NotAllowed"];
            404: components["responses"]["NoSuchEntry-NoSuchPage"];
            409: components["responses"]["EntryInUse-NotMerged"];
            412: components["responses"]["EntryChanged"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["WrongContentType"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments-ImportRefused"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    find_contacts: {
        parameters: {
            query?: {
                /** @description in name, number, company or position */
                search?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Contacts"];
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    own_notices: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Notices"];
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-NoConfiguration-RedisAway"];
        };
    };
    read_notice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                notice_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Receipt"];
            };
        };
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["BadCsrf-BadOrigin-NotAllowed"];
            404: components["responses"]["NoSuchNotice-NoSuchPage"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["WrongContentType"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-NoConfiguration-RedisAway"];
        };
    };
    notice_readers: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                notice_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readers"];
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["NotAllowed"];
            404: components["responses"]["NoSuchNotice-NoSuchPage"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    own_look: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Look"];
                };
            };
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway"];
        };
    };
    own_picture: {
        parameters: {
            query?: {
                /** @description with the present one it may be kept for ever */
                version?: string;
            };
            header?: never;
            path: {
                picture: "logo_light" | "logo_dark" | "icon";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/webp": string;
                };
            };
            404: components["responses"]["NoSuchPage-NoSuchPicture"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway"];
        };
    };
    convert_picture: {
        parameters: {
            query: {
                /** @description where it will be shown */
                of: "logo_light" | "logo_dark" | "icon";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Converted"];
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["BadCsrf-BadOrigin-NotAllowed"];
            413: components["responses"]["TooLarge"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments-BadPicture"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    own_papers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Papers"];
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    prompt_sounds: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Sounds"];
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["NotAllowed"];
            404: components["responses"]["NoSuchPage"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    upload_sound: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                folder: "zh" | "en" | "music";
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Sound"];
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["BadCsrf-BadOrigin-NotAllowed"];
            404: components["responses"]["NoSuchEntry-NoSuchPage"];
            413: components["responses"]["TooLarge"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments-BadSound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    remove_sound: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                folder: "zh" | "en" | "music";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["BadCsrf-BadOrigin-NotAllowed"];
            404: components["responses"]["NoSuchPage-NoSuchSound"];
            409: components["responses"]["SoundUsed"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    take_message: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                folder: "zh" | "en" | "music";
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MessageForPrompt"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Sound"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["BadCsrf-BadOrigin-NotAllowed"];
            404: components["responses"]["NoRecordingFile-NoSuchEntry-NoSuchPage-NoSuchRecording"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["WrongContentType"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments-BadSound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-NoConfiguration-RedisAway"];
        };
    };
    hear_sound: {
        parameters: {
            query?: {
                /** @description of the file: what was heard before is asked for again */
                version?: number;
            };
            header?: never;
            path: {
                name: string;
                folder: "zh" | "en" | "music";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "audio/wav": string;
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["NotAllowed"];
            404: components["responses"]["NoSuchPage-NoSuchSound"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    files_for_switches: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description of the list */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SwitchFiles"];
                };
            };
            /** @description As the browser has it: nothing is sent. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["NotLoggedIn"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway"];
        };
    };
    files_of_switch: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FilesOfSwitch"];
            };
        };
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["NotLoggedIn"];
            403: components["responses"]["BadOrigin"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["WrongContentType"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway"];
        };
    };
    file_for_switch: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                folder: "zh" | "en" | "music";
                rate: "8000" | "16000";
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "audio/wav": string;
                };
            };
            401: components["responses"]["NotLoggedIn"];
            404: components["responses"]["NoSuchPage-NoSuchSound"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway"];
        };
    };
    read_draft: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConfigurationDraft"];
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["NotAllowed"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    check_draft: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Faults"];
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["NotAllowed"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    read_difference: {
        parameters: {
            query?: {
                /** @description 0: in force */
                before?: number;
                /** @description 0: the draft */
                after?: number;
                /** @description of this kind; '': all */
                entity?: string;
                page?: number;
                per_page?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Differences"];
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["NotAllowed"];
            404: components["responses"]["NoSuchVersion"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    publish_draft: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Publish"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PublicationDone"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["BadCsrf-BadOrigin-NotAllowed"];
            409: components["responses"]["EntryExists-NothingToPublish"];
            412: components["responses"]["DraftChanged"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["WrongContentType"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments-EntriesRefused-MomentPast-PublishRefused"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    discard_draft: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Discard"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Discarded"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["BadCsrf-BadOrigin-NotAllowed"];
            404: components["responses"]["NoSuchEntry"];
            409: components["responses"]["EntryExists"];
            412: components["responses"]["DraftChanged"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["WrongContentType"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments-EntriesRefused"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    list_versions: {
        parameters: {
            query?: {
                below?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Versions"];
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["NotAllowed"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    roll_back: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                version: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RollBack"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PublicationDone"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["BadCsrf-BadOrigin-NotAllowed"];
            404: components["responses"]["NoSuchPage-NoSuchVersion"];
            409: components["responses"]["DraftThere-EntryExists-NothingToPublish"];
            412: components["responses"]["DraftChanged"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["WrongContentType"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments-EntriesRefused-PublishRefused"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    list_plans: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Plans"];
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["NotAllowed"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    cancel_plan: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                plan: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["BadCsrf-BadOrigin-NotAllowed"];
            404: components["responses"]["NoSuchPage-NoSuchPlan"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    export_document: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/yaml": Record<string, never>;
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["NotAllowed"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    import_document: {
        parameters: {
            query?: {
                /** @description tells what would become of it and changes nothing */
                dry_run?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/yaml": string;
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Taken"];
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["BadCsrf-BadOrigin-NotAllowed"];
            409: components["responses"]["EntryExists"];
            412: components["responses"]["DraftChanged"];
            413: components["responses"]["TooLarge"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments-BadDocument-EntriesRefused"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    read_first_run: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FirstRun"];
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["NotAllowed"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-NoConfiguration-RedisAway"];
        };
    };
    ask_doctor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Findings"];
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["NotAllowed"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-DoctorFailed-RedisAway"];
        };
    };
    take_people: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Lines"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StartPeople"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["BadCsrf-BadOrigin-NotAllowed"];
            409: components["responses"]["EntryExists"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["WrongContentType"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments-BadLines-EntriesRefused"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    make_queue: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["QueueName"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewQueue"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["BadCsrf-BadOrigin-NotAllowed"];
            409: components["responses"]["EntryExists"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["WrongContentType"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments-EntriesRefused"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    look_at_demo: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DemoThere"];
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["NotAllowed"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    fill_demo: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DemoDone"];
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["BadCsrf-BadOrigin-NotAllowed"];
            409: components["responses"]["CentreNotEmpty-DraftFirst-EntryExists"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments-EntriesRefused-PublishRefused"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    wipe_demo: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WipeDemo"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DemoWiped"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["BadCsrf-BadOrigin-NotAllowed"];
            409: components["responses"]["DemoInUse-DraftFirst-EntryExists-NoDemo"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["WrongContentType"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments-EntriesRefused-PublishRefused"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    send_command: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LoginAgent"] | components["schemas"]["LogoutAgent"] | components["schemas"]["ReadyAgent"] | components["schemas"]["PauseAgent"] | components["schemas"]["AnswerPause"] | components["schemas"]["EndWrapUp"] | components["schemas"]["AgentPageGone"] | components["schemas"]["AgentPageBack"] | components["schemas"]["SwitchService"] | components["schemas"]["AnswerCall"] | components["schemas"]["RejectCall"] | components["schemas"]["HoldCall"] | components["schemas"]["ResumeCall"] | components["schemas"]["ConsultAgent"] | components["schemas"]["ConsultQueue"] | components["schemas"]["SwapCalls"] | components["schemas"]["CompleteTransfer"] | components["schemas"]["ReturnToCaller"] | components["schemas"]["JoinCalls"] | components["schemas"]["AddAgent"] | components["schemas"]["MuteParty"] | components["schemas"]["DropParty"] | components["schemas"]["TransferToAgent"] | components["schemas"]["ConsultNumber"] | components["schemas"]["AddNumber"] | components["schemas"]["TransferToNumber"] | components["schemas"]["DialNumber"] | components["schemas"]["CallAgent"] | components["schemas"]["AskCallBack"] | components["schemas"]["CancelCallBack"] | components["schemas"]["TransferToQueue"] | components["schemas"]["TransferToFlow"] | components["schemas"]["SendToFlow"] | components["schemas"]["ParkCall"] | components["schemas"]["RetrieveCall"] | components["schemas"]["PickUpCall"] | components["schemas"]["SetCallPrivate"] | components["schemas"]["HangupCall"] | components["schemas"]["ListenToCall"] | components["schemas"]["SetListening"] | components["schemas"]["TakeOverCall"] | components["schemas"]["StopListening"] | components["schemas"]["DescribeCall"] | components["schemas"]["SetCallData"] | components["schemas"]["SaveNote"] | components["schemas"]["SetDisposition"] | components["schemas"]["ReportRecording"] | components["schemas"]["ReportWebhook"] | components["schemas"]["RestoreFigures"] | components["schemas"]["ReloadConfig"] | components["schemas"]["ReportPublication"] | components["schemas"]["Ping"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Reply"];
                };
            };
            400: components["responses"]["BadRequest-Refused"];
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["BadCsrf-BadOrigin-CallPrivate-NotAllowed-NumberNotAllowed"];
            404: components["responses"]["NoSuchAgent-NoSuchCall-NoSuchCommand-NoSuchDestination-NoSuchFlow-NoSuchNode-NoSuchParty-NoSuchQueue-NoSuchReason-NoSuchService-NothingThere"];
            409: components["responses"]["AgentBusy-AgentNotLoggedIn-AlreadyLoggedIn-EmergencyNumber-NobodyOnShift-NotYourPhone-NoteChanged-NothingAsked-OtherSwitch-OwnNumber-PhoneInUse-PhoneNotThere-SlotTaken-TooManyPaused-WrongState"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["WrongContentType"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments-DataTooLarge-NotDialable"];
            429: components["responses"]["TooManyDialled-TooManyRequests"];
            500: components["responses"]["EngineError-InternalError"];
            502: components["responses"]["SwitchRefused"];
            503: components["responses"]["DatabaseAway-EngineAway-NoConfiguration-NoSwitch-NoTrunk-RedisAway"];
            504: components["responses"]["OutcomeUnknown-TooLate"];
        };
    };
    find_calls: {
        parameters: {
            query?: {
                from_ms?: number;
                to_ms?: number;
                /** @description where they waited or were last */
                queue?: string;
                /** @description who talked in them or called */
                agent?: string;
                /** @description a part of the customer's number, in any form */
                number?: string;
                outcome?: "answered" | "abandoned" | "overflowed" | "voicemail" | "ivr" | "failed" | "switch-lost" | "unknown-number" | "no-answer" | "busy" | "rejected" | "no-such-number" | "unreachable" | "no-line" | "cancelled" | "";
                page?: number;
                per_page?: number;
                /** @description YYYY-MM-DD, the first local day; '' any */
                day?: string;
                /** @description the last one; '' the same */
                until?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CallPage"];
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["NotAllowed"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments-BadDay-SearchTooLong"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-NoConfiguration-RedisAway"];
        };
    };
    calls_file: {
        parameters: {
            query?: {
                from_ms?: number;
                to_ms?: number;
                /** @description where they waited or were last */
                queue?: string;
                /** @description who talked in them or called */
                agent?: string;
                /** @description a part of the customer's number, in any form */
                number?: string;
                outcome?: "answered" | "abandoned" | "overflowed" | "voicemail" | "ivr" | "failed" | "switch-lost" | "unknown-number" | "no-answer" | "busy" | "rejected" | "no-such-number" | "unreachable" | "no-line" | "cancelled" | "";
                /** @description YYYY-MM-DD, the first local day; '' any */
                day?: string;
                /** @description the last one; '' the same */
                until?: string;
                /** @description of a file; '' is the user's own */
                lang?: "" | "zh-CN" | "en";
            };
            header?: never;
            path: {
                ending: "csv" | "xlsx";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": string;
                    "text/csv; charset=utf-8": string;
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["NotAllowed"];
            404: components["responses"]["NoSuchFormat-NoSuchPage"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments-BadDay-SearchTooLong"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-NoConfiguration-RedisAway"];
        };
    };
    read_call: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                call_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CallDetail"];
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["NotAllowed"];
            404: components["responses"]["NoSuchCall-NoSuchPage"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-NoConfiguration-RedisAway"];
        };
    };
    listen: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                recording_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "audio/wav": string;
                };
            };
            /** @description Partial Content */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "audio/wav": string;
                };
            };
            /** @description As the browser has it: nothing is sent. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["NotAllowed"];
            404: components["responses"]["NoRecordingFile-NoSuchPage-NoSuchRecording"];
            416: components["responses"]["BadRange"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-NoConfiguration-RedisAway"];
        };
    };
    download: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                recording_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "audio/wav": string;
                };
            };
            /** @description Partial Content */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "audio/wav": string;
                };
            };
            /** @description As the browser has it: nothing is sent. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["NotAllowed"];
            404: components["responses"]["NoRecordingFile-NoSuchPage-NoSuchRecording"];
            416: components["responses"]["BadRange"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-NoConfiguration-RedisAway"];
        };
    };
    list_messages: {
        parameters: {
            query?: {
                /** @description '' all that the user reaches */
                box?: string;
                state?: "" | "new" | "heard" | "done";
                /** @description this one only; '' all */
                message?: string;
                page?: number;
                per_page?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessagePage"];
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["NotAllowed"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-NoConfiguration-RedisAway"];
        };
    };
    message_boxes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Boxes"];
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["NotAllowed"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-NoConfiguration-RedisAway"];
        };
    };
    settle_message: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                message_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MessageWish"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["BadCsrf-BadOrigin-NotAllowed"];
            404: components["responses"]["NoSuchMessage-NoSuchPage"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["WrongContentType"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-NoConfiguration-RedisAway"];
        };
    };
    queue_report: {
        parameters: {
            query?: {
                /** @description YYYY-MM-DD, the first local day; '' is today */
                day?: string;
                /** @description the last one; '' the same */
                until?: string;
                /** @description minutes of a row */
                interval?: 5 | 10 | 15 | 30 | 60 | 1440;
                /** @description of a file; '' is the user's own */
                lang?: "" | "zh-CN" | "en";
                queue?: string;
                /** @description for all; '' each its own */
                formula?: "" | "answered-offered" | "ignore-abandons" | "negative" | "positive" | "of-answered";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QueueReport"];
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["NotAllowed"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments-BadDay-BadInterval"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-NoConfiguration-RedisAway"];
        };
    };
    agent_report: {
        parameters: {
            query?: {
                /** @description YYYY-MM-DD, the first local day; '' is today */
                day?: string;
                /** @description the last one; '' the same */
                until?: string;
                /** @description minutes of a row */
                interval?: 5 | 10 | 15 | 30 | 60 | 1440;
                /** @description of a file; '' is the user's own */
                lang?: "" | "zh-CN" | "en";
                agent?: string;
                team?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgentReport"];
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["NotAllowed"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments-BadDay-BadInterval"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-NoConfiguration-RedisAway"];
        };
    };
    queue_file: {
        parameters: {
            query?: {
                /** @description YYYY-MM-DD, the first local day; '' is today */
                day?: string;
                /** @description the last one; '' the same */
                until?: string;
                /** @description minutes of a row */
                interval?: 5 | 10 | 15 | 30 | 60 | 1440;
                /** @description of a file; '' is the user's own */
                lang?: "" | "zh-CN" | "en";
                queue?: string;
                /** @description for all; '' each its own */
                formula?: "" | "answered-offered" | "ignore-abandons" | "negative" | "positive" | "of-answered";
            };
            header?: never;
            path: {
                ending: "csv" | "xlsx";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": string;
                    "text/csv; charset=utf-8": string;
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["NotAllowed"];
            404: components["responses"]["NoSuchFormat-NoSuchPage"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments-BadDay-BadInterval"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-NoConfiguration-RedisAway"];
        };
    };
    agent_file: {
        parameters: {
            query?: {
                /** @description YYYY-MM-DD, the first local day; '' is today */
                day?: string;
                /** @description the last one; '' the same */
                until?: string;
                /** @description minutes of a row */
                interval?: 5 | 10 | 15 | 30 | 60 | 1440;
                /** @description of a file; '' is the user's own */
                lang?: "" | "zh-CN" | "en";
                agent?: string;
                team?: string;
            };
            header?: never;
            path: {
                ending: "csv" | "xlsx";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": string;
                    "text/csv; charset=utf-8": string;
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["NotAllowed"];
            404: components["responses"]["NoSuchFormat-NoSuchPage"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments-BadDay-BadInterval"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-NoConfiguration-RedisAway"];
        };
    };
    figure_calls: {
        parameters: {
            query: {
                start_ms: number;
                end_ms: number;
                page?: number;
                per_page?: number;
                queue?: string;
                agent?: string;
                /** @description with commas */
                figure: ("offered" | "answered" | "abandoned" | "short_abandoned" | "overflowed" | "failed" | "answered_in_sl" | "abandoned_in_sl" | "wait_ms" | "talk_ms" | "hold_ms" | "wrap_up_ms" | "handled" | "rona" | "first_in" | "last_in" | "passed_on" | "ring_ms" | "consult_ms" | "idle_ms" | "not_ready_ms" | "logged_in_ms")[];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CallPage"];
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["NotAllowed"];
            404: components["responses"]["NoSuchFigure"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-NoConfiguration-RedisAway"];
        };
    };
    find_audit: {
        parameters: {
            query?: {
                who?: string;
                whom?: string;
                action?: string;
                text?: string;
                page?: number;
                per_page?: number;
                /** @description YYYY-MM-DD, the first local day; '' any */
                day?: string;
                /** @description the last one; '' the same */
                until?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditPage"];
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["NotAllowed"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments-BadDay-SearchTooLong"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-NoConfiguration-RedisAway"];
        };
    };
    audit_file: {
        parameters: {
            query?: {
                who?: string;
                whom?: string;
                action?: string;
                text?: string;
                /** @description YYYY-MM-DD, the first local day; '' any */
                day?: string;
                /** @description the last one; '' the same */
                until?: string;
                /** @description of a file; '' is the user's own */
                lang?: "" | "zh-CN" | "en";
            };
            header?: never;
            path: {
                ending: "csv" | "xlsx";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": string;
                    "text/csv; charset=utf-8": string;
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["NotAllowed"];
            404: components["responses"]["NoSuchFormat-NoSuchPage"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments-BadDay-SearchTooLong"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-NoConfiguration-RedisAway"];
        };
    };
    audit_chain: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChainState"];
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["NotAllowed"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    read_sign_in: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                login: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignIn"];
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["NotAllowed"];
            404: components["responses"]["NoSuchPage-NoSuchUser"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    make_link: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                login: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MadeLink"];
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["BadCsrf-BadOrigin-NotAllowed"];
            404: components["responses"]["NoSuchPage-NoSuchUser"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    revoke_link: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                login: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["BadCsrf-BadOrigin-NotAllowed"];
            404: components["responses"]["NoSuchPage-NoSuchUser"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    invite_all: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invited"];
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["BadCsrf-BadOrigin-NotAllowed"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    lock_user: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                login: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Lock"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ended"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["BadCsrf-BadOrigin-NotAllowed"];
            404: components["responses"]["NoSuchPage-NoSuchUser"];
            409: components["responses"]["NotYourself"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["WrongContentType"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    unlock_user: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                login: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["BadCsrf-BadOrigin-NotAllowed"];
            404: components["responses"]["NoSuchPage-NoSuchUser"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    reset_second_factors: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                login: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ended"];
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["BadCsrf-BadOrigin-NotAllowed"];
            404: components["responses"]["NoSuchPage-NoSuchUser"];
            409: components["responses"]["NotYourself"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    end_sessions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                login: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ended"];
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["BadCsrf-BadOrigin-NotAllowed"];
            404: components["responses"]["NoSuchPage-NoSuchUser"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    end_one_session: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                login: string;
                session_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["BadCsrf-BadOrigin-NotAllowed"];
            404: components["responses"]["NoSuchPage-NoSuchSession-NoSuchUser"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    look_up: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/x-www-form-urlencoded": components["schemas"]["Lookup"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/xml; charset=utf-8": string;
                };
            };
            /** @description The secret is wrong. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/xml; charset=utf-8": string;
                };
            };
            403: components["responses"]["BadOrigin"];
            /** @description There is no secret: it is switched off. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/xml; charset=utf-8": string;
                };
            };
            413: components["responses"]["TooLarge"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway"];
        };
    };
    healthz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            500: components["responses"]["InternalError"];
            /** @description Something is away. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain; version=0.0.4; charset=utf-8": string;
                };
            };
            403: components["responses"]["NotAllowed"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            500: components["responses"]["InternalError"];
        };
    };
    open_stream: {
        parameters: {
            query?: {
                /** @description with commas, of agents, calls, queues, trunks, switches, services, alarms, listeners, call_backs, drafts, others; '' all */
                topics?: string;
                /** @description with seq: the last place seen */
                epoch?: number;
                /** @description with epoch */
                seq?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A websocket. Its messages: GET /api/asyncapi.json. */
            101: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            426: components["responses"]["UpgradeNeeded"];
            429: components["responses"]["TooManyRequests-TooManyStreams"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    asyncapi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    list_deliveries: {
        parameters: {
            query?: {
                state?: "" | "waiting" | "sent" | "failed";
                page?: number;
                per_page?: number;
            };
            header?: never;
            path: {
                webhook: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryPage"];
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["NotAllowed"];
            404: components["responses"]["NoSuchEntry-NoSuchPage"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    replay_delivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                webhook: string;
                row: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Delivery"];
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["BadCsrf-BadOrigin-NotAllowed"];
            404: components["responses"]["NoSuchDelivery-NoSuchEntry-NoSuchPage"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    test_webhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                webhook: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            403: components["responses"]["BadCsrf-BadOrigin-NotAllowed"];
            404: components["responses"]["NoSuchEntry-NoSuchPage"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    openapi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    docs_page: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html; charset=utf-8": string;
                };
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
    docs_asset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: "start.js" | "swagger-ui.css" | "swagger-ui-bundle.js" | "favicon-32x32.png";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "*/*": string;
                };
            };
            /** @description Partial Content */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "*/*": string;
                };
            };
            /** @description As the browser has it: nothing is sent. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["BadToken-NotLoggedIn"];
            404: components["responses"]["NoSuchPage"];
            416: components["responses"]["BadRange"];
            421: components["responses"]["BadHost"];
            422: components["responses"]["BadArguments"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DatabaseAway-RedisAway"];
        };
    };
}
