"""What kinds of rows are called on paper."""

from typing import Final

from archive.records import RecordKind

KIND_NAMES: Final = {
    RecordKind.EMPLOYERS: "单位",
    RecordKind.AGENCIES: "经办和存档机构",
    RecordKind.GUIDES: "办事指南",
    RecordKind.GUIDE_MATERIALS: "办事材料",
    RecordKind.NOTICES: "不再要求的材料",
    RecordKind.PERSONS: "人员",
    RecordKind.CARDS: "社保卡",
    RecordKind.CARD_ORDERS: "制卡进度",
    RecordKind.REGISTRATIONS: "参保登记",
    RecordKind.CONTRIBUTIONS: "缴费",
    RecordKind.SUBSIDIES: "缴费补贴",
    RecordKind.YEARS: "缴费年限",
    RecordKind.ACCOUNTS: "个人账户",
    RecordKind.BENEFITS: "待遇",
    RecordKind.BENEFIT_PAYMENTS: "待遇发放",
    RecordKind.UNEMPLOYMENT_GRANTS: "失业金核定",
    RecordKind.INJURIES: "工伤认定",
    RecordKind.MATERNITY: "生育待遇",
    RecordKind.MEDICAL: "医疗保险",
    RecordKind.CERTIFICATIONS: "资格认证",
    RecordKind.TRANSFERS: "转移",
    RecordKind.EMPLOYMENTS: "就业登记",
    RecordKind.UNEMPLOYMENTS: "失业登记",
    RecordKind.CONTRACTS: "劳动合同",
    RecordKind.ARCHIVE_INDEX: "人事档案",
    RecordKind.DOSSIER_TRANSFERS: "档案转递",
    RecordKind.DOSSIER_MATERIALS: "档案材料",
    RecordKind.MISSING_MATERIALS: "缺少材料",
    RecordKind.CASES: "办件",
    RecordKind.CASE_STEPS: "办件环节",
    RecordKind.META: "数据日期",
}
