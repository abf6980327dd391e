/** Made by `make contracts` from cti_server/events/commands.py: change it there. */

export type Right = 'own' | 'team' | 'call' | 'lead' | 'service'

export interface Commands {
  /** Begins a shift, at the own phone or another one that the agent may use. */
  LoginAgent: { agent_id: string; extension?: string }
  /** Ends the shift; a conversation goes on to its end. */
  LogoutAgent: { agent_id: string }
  /** Calls may come. */
  ReadyAgent: { agent_id: string }
  /** No calls, for a reason of the configuration; where that wants an approval, an agent only asks for it (data: asked). */
  PauseAgent: { agent_id: string; reason: string }
  /** An agent who asks to be not ready is, or is not. */
  AnswerPause: { agent_id: string; granted: boolean }
  /** The next call may come before wrap-up runs out. */
  EndWrapUp: { agent_id: string }
  /** The last socket of the agent's pages was seen to close, or its web process went. */
  AgentPageGone: { agent_id: string; why?: 'closed' | 'lost' }
  /** A page of the agent is connected again. */
  AgentPageBack: { agent_id: string }
  /** The numbers of a service lead to another of its destinations, from the next caller on. */
  SwitchService: { service_id: string; active: number }
  /** The ringing phone is asked to answer. */
  AnswerCall: { agent_id: string }
  /** The ringing call goes to somebody else. */
  RejectCall: { agent_id: string }
  /** The customer hears music. */
  HoldCall: { agent_id: string }
  /** The customer is heard again. */
  ResumeCall: { agent_id: string }
  /** A colleague is rung and talks with the agent; the customer hears music. */
  ConsultAgent: { agent_id: string; colleague_id: string }
  /** Whoever of the queue is free next is rung and talks with the agent, who waits in its line; the customer hears music. */
  ConsultQueue: { agent_id: string; queue_id: string }
  /** From the colleague to the customer and back; the other one hears music. */
  SwapCalls: { agent_id: string }
  /** The colleague gets the customer, the agent leaves. */
  CompleteTransfer: { agent_id: string }
  /** The colleague leaves, the agent talks with the customer. */
  ReturnToCaller: { agent_id: string }
  /** Customer, agent and colleague talk, all three. */
  JoinCalls: { agent_id: string }
  /** A colleague is rung and comes into the conversation; at most six are in it. */
  AddAgent: { agent_id: string; colleague_id: string }
  /** The others in the conference no longer hear this party, or hear it again. */
  MuteParty: { agent_id: string; party: number; muted: boolean }
  /** This party leaves the conversation; also one who is still rung. The customer cannot be dropped. */
  DropParty: { agent_id: string; party: number }
  /** The customer is passed on to a colleague, who is rung; when nobody answers, back to the agent, else to the line where the
    call was before. */
  TransferToAgent: { agent_id: string; colleague_id: string }
  /** A number outside is called and talks with the agent; the customer hears music. */
  ConsultNumber: { agent_id: string; number: string }
  /** A number outside is called and comes into the conversation; at most six are in it. */
  AddNumber: { agent_id: string; number: string }
  /** The customer is passed on to a number outside, which is called; when nobody answers, back to the agent, else to the line
    where the call was before. */
  TransferToNumber: { agent_id: string; number: string }
  /** The agent's phone is rung, then this number is called. The answer has the call's id: call_id. */
  DialNumber: { agent_id: string; number: string }
  /** The agent's phone is rung, then the colleague's: a call between the two. The answer has the call's id: call_id. */
  CallAgent: { agent_id: string; colleague_id: string }
  /** When the colleague has been busy and is free, the agent's phone is rung, then the colleague's. For a while, and once. */
  AskCallBack: { agent_id: string; colleague_id: string }
  /** The agent waits no longer for this colleague, or for nobody. */
  CancelCallBack: { agent_id: string; colleague_id?: string }
  /** The customer waits in this queue, as one who has come just now. */
  TransferToQueue: { agent_id: string; queue_id: string }
  /** The customer is passed on to a flow, or to a certain node of it. */
  TransferToFlow: { agent_id: string; flow: string; node?: string }
  /** The customer goes through a flow, or from a certain node of it on, and comes back; the recording has silence meanwhile.
    ResumeCall fetches the customer earlier. */
  SendToFlow: { agent_id: string; flow: string; node?: string }
  /** The customer hears music in a slot until somebody takes the call out; after two minutes the agent is rung. */
  ParkCall: { agent_id: string; slot: string }
  /** The agent's phone rings, and gets the call that is parked in the slot. */
  RetrieveCall: { agent_id: string; slot: string }
  /** A queue's call that rings at this colleague, or the longest that rings in the own team, rings at the agent instead. */
  PickUpCall: { agent_id: string; colleague_id?: string }
  /** Nobody listens to the agent's call or picks it up, and its recording has silence, where the centre wants that; or that is
    over. It is always written down. */
  SetCallPrivate: { agent_id: string; private: boolean }
  /** The agent's conversation ends; with a call's id alone that call ends, wherever it is. */
  HangupCall: { agent_id?: string; call_id?: string }
  /** The phone is rung and hears the agent and all with the agent; or, by a call's id, its customer, also one who waits. */
  ListenToCall: { agent_id?: string; call_id?: string; extension: string; mode?: 'listen' | 'whisper' | 'barge' }
  /** Who hears the one who listens: nobody, the agent alone (whisper), or all (barge). */
  SetListening: { agent_id?: string; call_id?: string; extension: string; mode: 'listen' | 'whisper' | 'barge' }
  /** Who listens talks with the customer; the agent leaves. */
  TakeOverCall: { agent_id?: string; call_id?: string; extension: string }
  /** Who listens, or has taken the call over, leaves it. */
  StopListening: { agent_id?: string; call_id?: string; extension: string }
  /** The graph of a running call as the engine has it, and why it stands where it stands. */
  DescribeCall: { call_id: string }
  /** Merges attached data into the call's; '' removes a key. */
  SetCallData: { call_id: string; data: Record<string, string> }
  /** A draft without a disposition, of the running call or one of the last ones. */
  SaveNote: { agent_id: string; call_id: string; note: string; version: number }
  /** The verdict about the running call or one of the last ones; without a note the draft's stays. */
  SetDisposition: { agent_id: string; call_id: string; code: string; note?: string; version?: number }
  /** The worker: a call's file is not as it should be. */
  ReportRecording: { call_id: string; problem: 'missing' | 'empty' | 'short' }
  /** The worker: a webhook was switched off, for it failed too often; '' that is over. */
  ReportWebhook: { webhook_id: string; text: string }
  /** The worker: what the ledger has of today from before the daemon's start. */
  RestoreFigures: { data: { day_start_ms: number; queues: Record<string, Record<string, number>>; agents: Record<string, Record<string, number>> } }
  /** The daemon's shell reads the newest configuration. */
  ReloadConfig: Record<string, never>
  /** The worker: a planned publication was refused; an alarm until the next configuration is in force. */
  ReportPublication: { problem: string }
  /** Proves that the engine's loop runs. */
  Ping: Record<string, never>
}

export type CommandName = keyof Commands

/** What who sends it has to do with whom it is about; [] programs of the centre only. */
export const MAY: Record<CommandName, readonly Right[]> = {
  LoginAgent: ['own'],
  LogoutAgent: ['own', 'team'],
  ReadyAgent: ['own', 'team'],
  PauseAgent: ['own', 'team'],
  AnswerPause: ['team'],
  EndWrapUp: ['own', 'team'],
  AgentPageGone: [],
  AgentPageBack: [],
  SwitchService: ['service'],
  AnswerCall: ['own'],
  RejectCall: ['own'],
  HoldCall: ['own'],
  ResumeCall: ['own'],
  ConsultAgent: ['own'],
  ConsultQueue: ['own'],
  SwapCalls: ['own'],
  CompleteTransfer: ['own'],
  ReturnToCaller: ['own'],
  JoinCalls: ['own'],
  AddAgent: ['own'],
  MuteParty: ['own'],
  DropParty: ['own'],
  TransferToAgent: ['own'],
  ConsultNumber: ['own'],
  AddNumber: ['own'],
  TransferToNumber: ['own'],
  DialNumber: ['own'],
  CallAgent: ['own'],
  AskCallBack: ['own'],
  CancelCallBack: ['own'],
  TransferToQueue: ['own'],
  TransferToFlow: ['own'],
  SendToFlow: ['own'],
  ParkCall: ['own'],
  RetrieveCall: ['own'],
  PickUpCall: ['own'],
  SetCallPrivate: ['own'],
  HangupCall: ['own', 'team', 'call'],
  ListenToCall: ['lead'],
  SetListening: ['lead'],
  TakeOverCall: ['lead'],
  StopListening: ['lead'],
  DescribeCall: ['lead'],
  SetCallData: ['call'],
  SaveNote: ['own'],
  SetDisposition: ['own'],
  ReportRecording: [],
  ReportWebhook: [],
  RestoreFigures: [],
  ReloadConfig: [],
  ReportPublication: [],
  Ping: [],
}
