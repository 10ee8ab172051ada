/** A list that the organisation keeps of what it has: entered into a scan with its digest and age. */
export interface Register {
  /** File name, as the configuration gives it. */
  readonly name: string;
  readonly sha256: string;
  /** Calendar date as of which the list is said to be right. */
  readonly date: string;
}

export interface SystemsRegister extends Register {
  readonly systems: readonly { readonly name: string; readonly owner?: string }[];
}

export interface CertificatesRegister extends Register {
  /** 64 lower-case hex digits of each certificate. */
  readonly certificates: readonly { readonly sha256: string; readonly subject?: string }[];
}

export interface AccountsRegister extends Register {
  readonly accounts: readonly {
    readonly system: string;
    readonly account: string;
    readonly privileged: boolean;
    /** Who uses it, a person or a service. */
    readonly person?: string;
  }[];
}

/** That one role was made a member of another, on the servers of one target. */
export interface DeclaredMembership {
  /** Id of a target. */
  readonly system: string;
  /** The member. */
  readonly account: string;
  readonly role: string;
  /** May grant it to others. */
  readonly admin: boolean;
}

export interface RolesRegister extends Register {
  readonly memberships: readonly DeclaredMembership[];
}

/** Two roles that nobody may hold together. */
export interface ConflictingDuties {
  /** Id of a target. */
  readonly system: string;
  readonly role: string;
  readonly otherSystem: string;
  readonly otherRole: string;
}

export interface DutiesRegister extends Register {
  readonly pairs: readonly ConflictingDuties[];
}

export interface AccountReview {
  /** Id of a target. */
  readonly system: string;
  readonly account: string;
  /** Calendar date. */
  readonly date: string;
  readonly reviewer: string;
  readonly decision: 'keep' | 'remove';
}

export interface ReviewsRegister extends Register {
  readonly reviews: readonly AccountReview[];
}

/** Something that TLS endpoints are set up with, by the name it is registered under. */
export interface CryptographicParameter {
  /** Id of a target. */
  readonly system: string;
  readonly kind: 'version' | 'suite' | 'group';
  readonly name: string;
}

export interface CryptographyRegister extends Register {
  readonly parameters: readonly CryptographicParameter[];
}

/** That somebody may have a right, before it was given. */
export interface AccessApproval {
  /** Id of a target. */
  readonly system: string;
  readonly account: string;
  /** A role that it may be a member of, or an attribute in capitals; empty: that it may log in. */
  readonly role: string;
  readonly approver: string;
  /** Calendar date. */
  readonly date: string;
}

export interface ApprovalsRegister extends Register {
  readonly approvals: readonly AccessApproval[];
}

/** A time in which an account may be used. */
export interface AccessWindow {
  /** RFC 3339. */
  readonly from: string;
  readonly to: string;
  readonly approvedBy: string;
}

/** Accounts that may be used only in windows; one without a window may not be used at all. */
export interface WindowsRegister extends Register {
  readonly accounts: readonly {
    readonly system: string;
    readonly account: string;
    readonly windows: readonly AccessWindow[];
  }[];
}

/** What the organisation declares it has; each kind is optional. */
export interface Registers {
  readonly systems?: SystemsRegister;
  readonly certificates?: CertificatesRegister;
  readonly accounts?: AccountsRegister;
  readonly cryptography?: CryptographyRegister;
  readonly roles?: RolesRegister;
  readonly duties?: DutiesRegister;
  readonly reviews?: ReviewsRegister;
  readonly approvals?: ApprovalsRegister;
  readonly windows?: WindowsRegister;
}
