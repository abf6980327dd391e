/** Made by `make contracts` from webapp/features: change it there. */
export interface paths {
    "/api/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
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
                /** @description not-logged-in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        put?: never;
        post: {
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
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Session"];
                    };
                };
                /** @description bad-credentials */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                /** @description too-many-logins */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        delete: {
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
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
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
        put: {
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
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
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
        post: {
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
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
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
        get: {
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
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        put?: never;
        post?: never;
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
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Command"];
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
                /** @description not-allowed */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description no-such-agent, no-such-call, no-such-reason */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description wrong-state, agent-not-logged-in, already-logged-in */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description bad-arguments, data-too-large */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description engine-away, no-switch */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description outcome-unknown: look before you send it again */
                504: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
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
        get: {
            parameters: {
                query?: {
                    day?: string;
                    until?: string;
                    from_ms?: number;
                    to_ms?: number;
                    queue?: string;
                    agent?: string;
                    number?: string;
                    outcome?: string;
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
                        "application/json": components["schemas"]["CallPage"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
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
                ending: string;
            };
            cookie?: never;
        };
        /** The list as a file, with its filters, newest first. That somebody took numbers and notes out is an audit row. */
        get: {
            parameters: {
                query?: {
                    day?: string;
                    until?: string;
                    from_ms?: number;
                    to_ms?: number;
                    queue?: string;
                    agent?: string;
                    number?: string;
                    outcome?: string;
                    lang?: "" | "zh-CN" | "en";
                };
                header?: never;
                path: {
                    ending: string;
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
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
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
        get: {
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
                /** @description no-such-call */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
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
        get: {
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
                /** @description no-such-recording, no-recording-file */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
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
        /** The file to take away, for those who may hear it and lead. Each is an audit row, written before the first byte. */
        get: {
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
                /** @description no-such-recording, no-recording-file */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/reports/queues": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    day?: string;
                    until?: string;
                    interval?: 5 | 10 | 15 | 30 | 60 | 1440;
                    lang?: "" | "zh-CN" | "en";
                    queue?: string;
                    formula?: string;
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
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
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
        get: {
            parameters: {
                query?: {
                    day?: string;
                    until?: string;
                    interval?: 5 | 10 | 15 | 30 | 60 | 1440;
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
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
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
                ending: string;
            };
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    day?: string;
                    until?: string;
                    interval?: 5 | 10 | 15 | 30 | 60 | 1440;
                    lang?: "" | "zh-CN" | "en";
                    queue?: string;
                    formula?: string;
                };
                header?: never;
                path: {
                    ending: string;
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
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
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
                ending: string;
            };
            cookie?: never;
        };
        get: {
            parameters: {
                query?: {
                    day?: string;
                    until?: string;
                    interval?: 5 | 10 | 15 | 30 | 60 | 1440;
                    lang?: "" | "zh-CN" | "en";
                    agent?: string;
                    team?: string;
                };
                header?: never;
                path: {
                    ending: string;
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
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
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
        get: {
            parameters: {
                query: {
                    page?: number;
                    per_page?: number;
                    queue?: string;
                    agent?: string;
                    start_ms: number;
                    end_ms: number;
                    /** @description comma-separated names */
                    figure: string;
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
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/{user_id}/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                user_id: number;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    user_id: number;
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
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
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
        PaginationMetadata: {
            /** @description Total number of items. */
            total?: number;
            /** @description Total number of pages. */
            total_pages?: number;
            /** @description First available page number. */
            first_page?: number;
            /** @description Last available page number. */
            last_page?: number;
            /** @description Current page number. */
            page?: number;
            /** @description Previous page number. */
            previous_page?: number;
            /** @description Next page number. */
            next_page?: number;
        };
        Login: {
            login: string;
            password: string;
        };
        User: {
            id: number;
            login: string;
            name: string;
            /** @enum {string} */
            role: "agent" | "leader" | "admin";
            agent_id: string;
            team: string;
            /** @enum {string} */
            locale: "" | "zh-CN" | "en";
        };
        Session: {
            user: components["schemas"]["User"];
            /** @description send it as X-CSRF-Token */
            csrf: string;
        };
        Locale: {
            /** @enum {string} */
            locale: "zh-CN" | "en";
        };
        Ticket: {
            /** @description for Socket.IO, one use, 60 s */
            ticket: string;
        };
        IdName: {
            id: string;
            name: string;
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
        Texts: {
            "zh-CN"?: string;
            en?: string;
        };
        Reason: {
            code: string;
            texts: components["schemas"]["Texts"];
        };
        Phone: {
            ws_url: string;
            realm: string;
            extension: string;
            password: string;
        };
        Centre: {
            version: number;
            domain: string;
            time_zone: string;
            teams: components["schemas"]["IdName"][];
            queues: components["schemas"]["Queue"][];
            agents: components["schemas"]["Agent"][];
            not_ready_reasons: components["schemas"]["Reason"][];
            dispositions: components["schemas"]["Reason"][];
            free_seats: string[];
            labels: {
                [key: string]: components["schemas"]["Texts"];
            };
            phone: components["schemas"]["Phone"] | null;
        };
        Arguments: {
            agent_id?: string;
            extension?: string;
            reason?: string;
            /** @enum {string} */
            why?: "closed" | "lost";
            call_id?: string;
            data?: {
                [key: string]: unknown;
            };
            note?: string;
            version?: number;
            code?: string;
            /** @enum {string} */
            problem?: "missing" | "empty" | "short";
        };
        Command: {
            name: string;
            args?: components["schemas"]["Arguments"];
        };
        Reply: {
            data: {
                [key: string]: unknown;
            };
        };
        CallRow: {
            id: string;
            direction: string;
            /** @description outside text */
            number: string;
            /** @description outside text */
            name: string;
            service_number: string;
            queue: string;
            agent: string;
            arrived_ms: number;
            ended_ms: number;
            outcome: string;
            wait_ms: number;
            talk_ms: number;
            hold_ms: number;
            wrap_up_ms: number;
            recording_id: string | null;
            /** @description whether this user may listen to a recording of it; in lists only */
            listen?: boolean;
            disposition: string | null;
            note: string | null;
        };
        CallPage: {
            items: components["schemas"]["CallRow"][];
            total: number;
            page: number;
            per_page: number;
        };
        CallTold: {
            id: string;
            direction: string;
            /** @description outside text */
            number: string;
            /** @description outside text */
            name: string;
            service_number: string;
            queue: string;
            agent: string;
            arrived_ms: number;
            ended_ms: number;
            outcome: string;
            wait_ms: number;
            talk_ms: number;
            hold_ms: number;
            wrap_up_ms: number;
            recording_id: string | null;
            /** @description whether this user may listen to a recording of it; in lists only */
            listen?: boolean;
            disposition: string | null;
            note: string | null;
            /** @description customer, agent, system; '' while it runs */
            hung_up_by: string;
            ivr_path: {
                [key: string]: string;
            }[];
            /** @description attached data; outside text */
            data: {
                [key: string]: string;
            };
        };
        SegmentRow: {
            call_id: string;
            segment: string;
            queue: string;
            agent: string;
            team: string;
            leg: string;
            started_ms: number;
            ended_ms: number;
            outcome: string;
            estimated: boolean;
            detail: {
                [key: string]: unknown;
            };
        };
        RecordingRow: {
            call_id: string;
            queue: string;
            agents: string[];
            started_ms: number;
            ended_ms: number;
            length_ms: number;
            talk_ms: number;
            holds: number;
            size: number;
            problem: string;
            id: string;
            /**
             * @description why this user may not listen; '' may
             * @enum {string}
             */
            listen: "" | "not-allowed" | "no-recording-file";
            /** @description whether this user may take the file away */
            download: boolean;
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
            /** @description the given one; '': each queue's own, named in its rows */
            formula: string;
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
            ring_ms: number;
            talk_ms: number;
            hold_ms: number;
            wrap_up_ms: number;
            idle_ms: number;
            not_ready_ms: number;
            logged_in_ms: number;
            aht_s: number | null;
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
        Ended: {
            /** @description how many sessions there were */
            ended: number;
        };
    };
    responses: {
        /** @description Unprocessable Entity */
        UNPROCESSABLE_ENTITY: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Default error response */
        DEFAULT_ERROR: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type Error = components['schemas']['Error'];
export type PaginationMetadata = components['schemas']['PaginationMetadata'];
export type Login = components['schemas']['Login'];
export type User = components['schemas']['User'];
export type Session = components['schemas']['Session'];
export type Locale = components['schemas']['Locale'];
export type Ticket = components['schemas']['Ticket'];
export type IdName = components['schemas']['IdName'];
export type Queue = components['schemas']['Queue'];
export type Agent = components['schemas']['Agent'];
export type Texts = components['schemas']['Texts'];
export type Reason = components['schemas']['Reason'];
export type Phone = components['schemas']['Phone'];
export type Centre = components['schemas']['Centre'];
export type Arguments = components['schemas']['Arguments'];
export type Command = components['schemas']['Command'];
export type Reply = components['schemas']['Reply'];
export type CallRow = components['schemas']['CallRow'];
export type CallPage = components['schemas']['CallPage'];
export type CallTold = components['schemas']['CallTold'];
export type SegmentRow = components['schemas']['SegmentRow'];
export type RecordingRow = components['schemas']['RecordingRow'];
export type DispositionRow = components['schemas']['DispositionRow'];
export type CallDetail = components['schemas']['CallDetail'];
export type QueueFigures = components['schemas']['QueueFigures'];
export type QueueReport = components['schemas']['QueueReport'];
export type AgentFigures = components['schemas']['AgentFigures'];
export type AgentReport = components['schemas']['AgentReport'];
export type Ended = components['schemas']['Ended'];
export type ResponseUnprocessableEntity = components['responses']['UNPROCESSABLE_ENTITY'];
export type ResponseDefaultError = components['responses']['DEFAULT_ERROR'];
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
