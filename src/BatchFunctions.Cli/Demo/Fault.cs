namespace BatchFunctions.Cli.Demo;

/// <summary>What is wrong with a record that was broken on purpose.</summary>
internal enum Fault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The age is a word.</summary>
    AgeIsText,

    /// <summary>Nobody is that old.</summary>
    AgeIsOffTheScale,

    /// <summary>There is no credit score.</summary>
    CreditScoreIsMissing,

    /// <summary>The credit score is below zero.</summary>
    CreditScoreIsOffTheScale,

    /// <summary>Nobody knows since when the account is there.</summary>
    AccountAgeIsMissing,

    /// <summary>The average transaction is below zero.</summary>
    TransactionIsNegative,

    /// <summary>The flag is neither true nor false.</summary>
    PremiumIsText,

    /// <summary>The region is one that the model has never seen.</summary>
    RegionIsUnknown,

    /// <summary>There is no preferred category.</summary>
    CategoryIsMissing,

    /// <summary>The record ends in the middle.</summary>
    RecordIsCutShort,

    /// <summary>The record has a field too many.</summary>
    RecordHasExtraField,
}
