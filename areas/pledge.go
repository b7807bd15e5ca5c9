package areas

// PledgeVersion names the text of Pledge; it changes with it, and everybody accepts anew.
const PledgeVersion = "2026-1"

// Pledge is what an enumerator accepts before his tablet is given any data.
var Pledge = Text{
	ZH: "我承诺:\n一、普查取得的资料只用于人口普查,不对外提供、不泄露,不用于任何其他目的;\n" +
		"二、不查看与本人任务无关的资料,不拍摄、抄录、转发普查对象的信息;\n" +
		"三、妥善保管平板和解锁密码,遗失时立即报告普查指导员,并同意远程停用和清除;\n" +
		"四、如实登记,不虚报、瞒报、漏报,不代填编造;\n五、任务结束后不保留任何普查资料。\n违反以上承诺,依法承担责任。",
	EN: "I promise:\n1. What the census learns serves the census alone; I give it to nobody and use it for nothing else.\n" +
		"2. I look at nothing outside my assignment, and neither photograph, copy nor pass on what people tell.\n" +
		"3. I look after the tablet and its PIN, report its loss to my supervisor at once, and agree that it is then locked and erased from afar.\n" +
		"4. I record what is true: nothing invented, hidden, left out, or filled in for somebody.\n" +
		"5. I keep nothing when the work is over.\nI answer before the law for breaking this promise.",
}
