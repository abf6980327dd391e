"""Why a call stands where it stands, in words: each reason of ``DescribeCall``'s answer, with what it names in braces."""

from __future__ import annotations

from cti_server.words import family

STANDING = family(
    "standing",
    {
        "no-link": ("Its switch {node} is not linked: nothing can be asked of it", "所在交换机 {node} 未连接，暂时无法操作"),
        "ends": ("It is being ended: {cause}", "正在结束：{cause}"),
        "over": ("The customer has hung up; the books wait for the last word of the switch", "客户已挂机，等待交换机确认后结算"),
        "in-flow": ("It is in flow {flow}, at node {node}", "在流程 {flow} 的节点 {node}"),
        "comes-back": ("Agent {agent} waits for the end of the flow", "坐席 {agent} 等待流程结束"),
        "waits": (
            "It waits in queue {queue}, place {place} of {of}, for {for_s} s; of its agents ready {ready}, busy {busy}, "
            "not ready {not_ready}, unreachable {unreachable}, resting {resting}",
            "在队列 {queue} 等待，第 {place} 位（共 {of} 位），已 {for_s} 秒；坐席：空闲 {ready}，忙碌 {busy}，示忙 {not_ready}，"
            "话机离线 {unreachable}，暂歇 {resting}",
        ),
        "unstaffed": ("Nobody is on shift for queue {queue}", "队列 {queue} 无坐席签入"),
        "wants-skills": (
            "Queue {queue} asks for {skills} (order: {order}); idle agents who fit: {fit}; less is asked for in {widens_in_s} s",
            "队列 {queue} 要求技能 {skills}（次序：{order}）；符合的空闲坐席 {fit} 名；{widens_in_s} 秒后放宽",
        ),
        "wants-language": (
            "Queue {queue} looks for who speaks {language}; idle agents who do: {fit}; all may have it in {for_s} s",
            "队列 {queue} 优先分配会 {language} 的坐席；符合的空闲坐席 {fit} 名；{for_s} 秒后不再限制",
        ),
        "slow": (
            "The switch {node} is slow: only {window} connects may be under way there",
            "交换机 {node} 响应缓慢，同时只接通 {window} 路",
        ),
        "rings": ("It rings at agent {agent} for {for_s} s", "正在坐席 {agent} 处振铃，已 {for_s} 秒"),
        "kept": (
            "It is kept for agent {agent}, whose phone died, for {for_s} s more",
            "坐席 {agent} 话机掉线，再保留 {for_s} 秒",
        ),
        "parked": ("It is parked in slot {slot} for {for_s} s more", "驻留在 {slot} 号位，再保留 {for_s} 秒"),
        "hears-music": ("The customer hears music", "客户听音乐"),
        "hears-ringback": ("The customer hears that it rings", "客户听回铃音"),
        "talks": ("Party {no} ({who}) talks with the customer", "{who}（{no} 号方）与客户通话"),
        "talks-inside": ("Party {no} ({who}) talks with a colleague", "{who}（{no} 号方）与同事通话"),
        "in-conference": ("Party {no} ({who}) is in the conference", "{who}（{no} 号方）在会议中"),
        "holds": ("Party {no} ({who}) has the customer on hold", "{who}（{no} 号方）保持客户"),
        "consults": ("Party {no} ({who}) consults", "{who}（{no} 号方）咨询中"),
        "asks": (
            "Party {no} waits for somebody of queue {queue}, place {place} of {of}, for {for_s} s",
            "{no} 号方等待队列 {queue} 的坐席，第 {place} 位（共 {of} 位），已 {for_s} 秒",
        ),
        "listens": ("Phone {who} listens", "话机 {who} 正在监听"),
        "is-rung": ("Party {no} ({who}) is rung", "{who}（{no} 号方）振铃中"),
        "leaves": ("Party {no} ({who}) is being ended: {cause}", "{who}（{no} 号方）正在离开：{cause}"),
        "moves": (
            "Party {no} ({who}) is on its way: wanted in {wanted}, seen {seen}",
            "{who}（{no} 号方）变动中：应在 {wanted}，实为 {seen}",
        ),
        "under-way": (
            "The switch was asked for {kind} of {legs} and has {left_ms} ms to show it",
            "已要求交换机对 {legs} 执行 {kind}，{left_ms} 毫秒内应见效",
        ),
        "refused": (
            "The switch refuses for party {no}: {text}; it is tried again",
            "交换机拒绝 {no} 号方的操作：{text}，将重试",
        ),
    },
)
