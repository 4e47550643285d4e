"""The one table between the ministry's element codes and the English words used in code.

Names are those of LD/T 92 and GB/T 40217 as running systems use them; codes and formats follow
GB/T 40217-2021 where it gives them. AAZ5xx are the elements of the card systems. Dossier
elements (a0100A …) are of the personnel set, for which no standard is published; elements
in lower case with an underscore are our own, for lack of any.
"""

from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Final


class Form(Enum):
    """The written form of a value at the file boundary."""

    TEXT = "C..n"
    PARAGRAPHS = "C..n, with paragraphs"
    IDENTIFIER = "C..n, ASCII letters and digits"
    CODE = "a code of a table"
    NUMBER_CODE = "a code of a table, digits without a leading zero"
    DATE = "C8 YYYYMMDD"
    MONTH = "C6 YYYYMM"
    YEAR = "C4 YYYY"
    AMOUNT = "D16.2"
    COUNT = "I..n"
    CITIZEN_NUMBER = "C..32, GB 11643 where it begins with a digit"
    CARD_NUMBER = "C9 with check character"
    HEX = "C32 hexadecimal"
    AREA = "C6, digits of GB/T 2260"


@dataclass(frozen=True, slots=True)
class Element:
    """One data element."""

    code: str
    zh: str
    field: str
    form: Form
    length: int = 0
    """The greatest length of a text or identifier in characters, of a count in digits."""
    table: str = ""
    """The code table of a code."""
    personal: bool = False
    """Whether a value must be masked wherever the whole is not needed."""


_T, _P, _K, _C, _N = Form.TEXT, Form.PARAGRAPHS, Form.IDENTIFIER, Form.CODE, Form.NUMBER_CODE
_D, _M, _Y, _A, _I = Form.DATE, Form.MONTH, Form.YEAR, Form.AMOUNT, Form.COUNT

ELEMENTS: Final = (
    # person
    Element("AAC001", "个人编号", "person_id", _K, 20, personal=True),
    Element(
        "AAC002", "社会保障号码", "social_security_number", Form.CITIZEN_NUMBER, 32, personal=True
    ),
    Element("AAC003", "姓名", "name", _T, 64, personal=True),
    Element("AAC004", "性别", "sex", _C, table="AAC004"),
    Element("AAC005", "民族", "ethnicity", _C, table="AAC005"),
    Element("AAC006", "出生日期", "birth_date", _D, personal=True),
    Element("AAC007", "参加工作日期", "work_started", _D),
    Element("AIC162", "离退休日期", "retired_on", _D),
    Element("AAB301", "行政区划", "region", Form.AREA, 6),
    Element("AAA029", "证件类型", "document_kind", _K, 4),
    Element("AAE135", "证件号码", "document_number", _K, 32, personal=True),
    Element("AAC009", "户口性质", "household_kind", _C, table="AAC009"),
    Element("AAC010", "户籍所在地", "household_place", _T, 128, personal=True),
    Element("AAC016", "就业状态", "employment_state", _K, 4),
    Element("AAC084", "离退休状态", "retirement_state", _C, table="AAC084"),
    Element("AAE138", "死亡日期", "died_on", _D, personal=True),
    Element("AAE005", "联系电话", "phone", _T, 32, personal=True),
    Element("AAE006", "地址", "address", _T, 128, personal=True),
    # card
    Element("AAZ500", "社会保障卡卡号", "card_number", Form.CARD_NUMBER, 9, personal=True),
    Element("AAZ501", "卡识别码", "identification_code", Form.HEX, 32, personal=True),
    Element("AAZ502", "卡状态", "card_status", _C, table="AAZ502"),
    Element("AAZ503", "发卡日期", "issued", _D),
    Element("card_expires", "卡有效期", "expires", _D),
    Element("replaced_by", "换发的新卡识别码", "replaced_by", Form.HEX, 32, personal=True),
    Element("card_order_number", "制卡受理号", "order_number", _K, 32, personal=True),
    Element("card_order_kind", "制卡业务类型", "order_kind", _C, table="card_order_kind"),
    Element("card_order_state", "制卡进度", "order_state", _C, table="card_order_state"),
    Element("ordered_on", "申领日期", "ordered_on", _D),
    Element("state_since", "进入当前状态日期", "state_since", _D),
    Element("ready_by", "预计可领日期", "ready_by", _D),
    # employer
    Element("AAB001", "单位编码", "employer_id", _K, 16),
    Element("AAB004", "单位名称", "employer_name", _T, 128),
    Element("BAB010", "统一社会信用代码", "credit_code", _K, 18),
    Element("AAB034", "经办机构编码", "agency", _K, 16),
    # registration
    Element("AAE140", "险种", "line", _N, table="AAE140.hrss"),
    Element("AAC008", "参保状态", "status", _C, table="AAC008"),
    Element("AAC031", "缴费状态", "payment_status", _C, table="AAC031"),
    Element("AAC049", "首次参保年月", "first_month", _M),
    Element("AAC030", "参保日期", "insured_since", _D),
    Element("AAE030", "本次开始日期", "started", _D),
    Element("AAE031", "本次终止日期", "ended", _D),
    # contribution
    Element("AAE003", "费款所属期", "month", _M),
    Element("AAA115", "应缴类型", "kind", _N, table="AAA115"),
    Element("AAE002", "结算年月", "settled", _M),
    Element("AAE180", "缴费基数", "base", _A),
    Element("AAE020", "单位应缴", "employer_due", _A),
    Element("AAE022", "个人应缴", "employee_due", _A),
    Element("AAE080", "单位实缴", "employer_paid", _A),
    Element("AAE082", "个人实缴", "employee_paid", _A),
    Element("AAE021", "单位划入个人账户", "to_account", _A),
    Element("EAD131", "到账日期", "posted_on", _D),
    Element("AAE078", "足额到账标志", "paid_status", _N, table="AAE078"),
    Element("AAE341", "补贴来源", "payer", _C, table="AAE341"),
    Element("subsidy", "补贴金额", "subsidy", _A),
    # years and personal account; GB/T 40217 table 6
    Element("AAE001", "年度", "year", _Y),
    Element("AIC200", "年初账户金额", "opening", _A),
    Element("ZZB001", "当年账户本金划入", "principal", _A),
    Element("ZZB002", "当年账户利息划入", "interest", _A),
    Element("AIC340", "本年账户支出", "paid_out", _A),
    Element("ZZB005", "年末账户金额", "closing", _A),
    Element("AIC042", "历年缴纳月数", "months_so_far", _I, 3),
    Element("EAC039", "账户记息日期", "interest_to", _D),
    Element("EAC040", "账户状态", "account_state", _C, table="EAC040"),
    Element("AAE201", "实际缴费月数", "paid_months", _I, 3),
    Element("AAE200", "视同缴费月数", "deemed_months", _I, 3),
    Element("EAE027", "中断月数", "interrupted_months", _I, 3),
    Element("EAC047", "累计缴费月数", "total_months", _I, 3),
    Element("counted_to", "月数计算截止年月", "counted_to", _M),
    # benefits
    Element("benefit", "待遇种类", "benefit", _C, table="benefit"),
    Element("AIC160", "享受开始年月", "first_benefit_month", _M),
    Element("aae170", "待遇发放状态", "benefit_state", _C, table="aae170"),
    Element("suspended_on", "暂停日期", "suspended_on", _D),
    Element("AAE160", "变更原因", "reason", _T, 128),
    Element("AAE145", "发放方式", "pay_method", _T, 32),
    Element("AAE008", "开户银行", "bank", _T, 64),
    Element("AAE010", "银行账号", "bank_account", _K, 40, personal=True),
    Element("AAE019", "待遇金额", "amount", _A),
    Element("EAC064", "待遇年月", "benefit_month", _M),
    Element("AAA036", "待遇项目", "item", _K, 16),
    Element("AAA037", "待遇项目名称", "item_name", _T, 64),
    Element("EIC013", "个人账户支付金额", "from_account", _A),
    Element("EAC062", "补发月数", "back_months", _I, 3),
    Element("EAC063", "补发金额", "back_amount", _A),
    Element("paid_on", "发放日期", "paid_on", _D),
    Element("aac164", "核定起始年月", "granted_from", _M),
    Element("aac165", "核定终止年月", "granted_to", _M),
    Element("aac161", "失业保险缴费月数", "counted_months", _I, 3),
    Element("aac166", "核定领取月数", "granted_months", _I, 3),
    Element("aac167", "剩余月数", "months_left", _I, 3),
    Element("aac169", "失业保险金标准", "monthly_amount", _A),
    Element("injury_number", "工伤认定编号", "injury_number", _K, 32, personal=True),
    Element("injured_on", "事故伤害日期", "injured_on", _D),
    Element("recognised_on", "认定日期", "recognised_on", _D),
    Element("injury_result", "认定结论", "result", _C, table="injury_result"),
    Element("disability_grade", "伤残等级", "disability_grade", _I, 2),
    Element("birth_event", "生育事项", "birth_event", _T, 32),
    Element("event_on", "事项日期", "event_on", _D),
    Element("medical_line", "医保险种", "medical_line", _C, table="AAE140.nhsa"),
    Element("medical_state", "医保参保状态", "medical_state", _C, table="psn_insu_stas"),
    Element("income", "本年划入", "income", _A),
    Element("spent", "本年支出", "spent", _A),
    Element("balance", "余额", "balance", _A),
    Element("certified_on", "资格认证日期", "certified_on", _D),
    Element("certify_method", "认证方式", "method", _T, 32),
    Element("valid_until", "认证有效期至", "valid_until", _D),
    # transfers between regions (关系转移接续)
    Element("transfer_number", "转移业务编号", "transfer_number", _K, 32, personal=True),
    Element("EAC071", "转移方向", "direction", _C, table="EAC071"),
    Element("AAC077", "对方机构", "counterpart", _T, 128),
    Element("counterpart_region", "对方行政区划", "counterpart_region", Form.AREA, 6),
    Element("transfer_state", "转移进度", "transfer_state", _C, table="transfer_state"),
    Element("accepted_on", "受理日期", "accepted_on", _D),
    Element("finished_on", "办结日期", "finished_on", _D),
    Element("transfer_first", "转移缴费起始年月", "first", _M),
    Element("transfer_last", "转移缴费终止年月", "last", _M),
    Element("transfer_months", "转移缴费月数", "months", _I, 3),
    Element("AIC099", "转移个人账户金额", "account_amount", _A),
    Element("AIC100", "转移统筹基金金额", "fund_amount", _A),
    # employment; the ministry's employment set
    Element("acc030", "就业登记编号", "employment_number", _K, 32, personal=True),
    Element("acc031", "就业时间", "employed_on", _D),
    Element("acc032", "就业形式", "employment_form", _T, 32),
    Element("employment_ended", "就业终止日期", "employment_ended", _D),
    Element("acc020", "失业登记流水号", "unemployment_number", _K, 32, personal=True),
    Element("ajc090", "失业时间", "unemployed_on", _D),
    Element("ajc093", "失业原因", "unemployment_reason", _T, 64),
    Element("aaea36", "登记注销时间", "cancelled_on", _D),
    Element("contract_number", "劳动合同备案编号", "contract_number", _K, 32, personal=True),
    Element("contract_kind", "合同期限类型", "contract_kind", _C, table="contract_kind"),
    Element("contract_from", "合同起始日期", "contract_from", _D),
    Element("contract_to", "合同终止日期", "contract_to", _D),
    Element("filed_on", "备案日期", "filed_on", _D),
    # personnel file
    Element("a0100A", "存档编号", "dossier_number", _K, 32, personal=True),
    Element("archive_agency", "存档机构", "dossier_agency", _T, 128),
    Element("shelvesNo", "档案位置号", "location", _T, 64, personal=True),
    Element("isInware", "在库标志", "stock_flag", _K, 2),
    Element("isLent", "借出标志", "lent_flag", _K, 2),
    Element("personType", "存档性质", "ownership", _T, 16),
    Element("archivesIdentity", "人员身份", "identity", _T, 32),
    Element("received_date", "接收日期", "received_on", _D),
    Element("oldArchiveUnit", "原存档单位", "former_agency", _T, 128),
    Element("lackMaterials", "缺少材料", "missing_materials", _T, 512),
    Element("dossier_direction", "转递方向", "dossier_direction", _C, table="dossier_direction"),
    Element("dossier_method", "转递方式", "dossier_method", _C, table="dossier_method"),
    Element("confNumber", "机要编号", "post_number", _K, 32, personal=True),
    Element("material_class", "材料类别", "material_class", _N, table="material_class"),
    Element("material_count", "材料份数", "material_count", _I, 4),
    Element("material_present", "是否齐全", "present", _C, table="yes_no"),
    Element("material_name", "材料名称", "material_name", _T, 64),
    Element("material_effect", "可能造成的影响", "effect", _P, 256),
    Element("told_on", "告知日期", "told_on", _D),
    Element("committed_on", "承诺日期", "committed_on", _D),
    Element("supply_by", "承诺补交期限", "supply_by", _D),
    Element("supplied_on", "补交日期", "supplied_on", _D),
    # agencies, guides and cases
    Element("agency_kind", "机构类别", "agency_kind", _C, table="agency_kind"),
    Element("agency_name", "机构名称", "agency_name", _T, 128),
    Element("agency_address", "机构地址", "agency_address", _P, 256),
    Element("agency_hours", "办公时间", "agency_hours", _P, 256),
    Element("agency_phone", "机构电话", "agency_phone", _T, 64),
    Element("agency_transit", "机构乘车线路", "agency_transit", _P, 256),
    Element("task_code", "实施编码", "task_code", _K, 40),
    Element("task_version", "事项版本", "task_version", _I, 4),
    Element("task_name", "事项名称", "task_name", _T, 128),
    Element("plan_effective_date", "生效日期", "effective_from", _D),
    Element("plan_cancel_date", "失效日期", "effective_to", _D),
    Element("by_law", "办理依据", "legal_basis", _P, 4000),
    Element("dept_name", "受理单位", "accepted_by", _P, 256),
    Element("handle_flow", "基本流程", "procedure", _P, 4000),
    Element("materials", "申请材料", "materials_text", _P, 4000),
    Element("fee_basis", "收费依据及标准", "fees", _P, 1000),
    Element("time_limit", "办理时限", "time_limit", _P, 1000),
    Element("liability", "责任追究", "liability", _P, 2000),
    Element("link_way", "咨询方式", "enquiries", _P, 512),
    Element("supervise_way", "监督投诉方式", "complaints", _P, 512),
    Element("transact_addr", "办公时间与地址", "hours_and_address", _P, 1000),
    Element("transit", "乘车线路", "transit", _P, 512),
    Element("anticipate_day", "法定办结时限", "legal_days", _I, 4),
    Element("promise_day", "承诺办结时限", "promised_days", _I, 4),
    Element("is_service_terminals", "是否支持终端办理", "on_terminals", _C, table="yes_no"),
    Element("keywords", "检索词", "keywords", _T, 256),
    Element("material_number", "材料序号", "material_number", _I, 3),
    Element("page_num", "份数", "copies", _I, 3),
    Element("page_format", "材料形式", "form", _T, 32),
    Element("is_need", "是否必要", "needed", _C, table="yes_no"),
    Element("source_type", "来源渠道", "origin", _T, 64),
    Element("fill_explain", "填报须知", "hint", _P, 512),
    Element("notice_code", "告示编号", "notice_code", _K, 40),
    Element("notice_text", "不再要求提供的材料", "notice_text", _P, 512),
    Element("notice_from", "告示生效日期", "notice_from", _D),
    Element("case_number", "办件编号", "case_number", _K, 40, personal=True),
    Element("case_state", "办件状态", "case_state", _C, table="case_state"),
    Element("step_number", "环节序号", "step_number", _I, 3),
    Element("step_name", "环节名称", "step_name", _T, 64),
    Element("step_done_on", "环节完成日期", "done_on", _D),
    # about the files themselves
    Element("AAE100", "有效标志", "valid", _C, table="AAE100"),
    Element("record_kind", "数据类别", "record_kind", _T, 32),
    Element("as_of", "数据截止日期", "as_of", _D),
    Element("source", "数据来源", "source", _T, 128),
)


@cache
def by_code() -> dict[str, Element]:
    """Elements by code."""
    return {element.code: element for element in ELEMENTS}


@cache
def by_heading() -> dict[str, Element]:
    """Elements by what may stand at the head of a column: code or English word, any case."""
    named = {element.field.casefold(): element for element in ELEMENTS}
    return named | {element.code.casefold(): element for element in ELEMENTS}


def element(code: str) -> Element:
    """The element with this code."""
    return by_code()[code]
