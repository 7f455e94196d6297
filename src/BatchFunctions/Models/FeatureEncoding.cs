namespace BatchFunctions.Models;

/// <summary>How a category becomes numbers: a feature's <c>encode</c> key.</summary>
public enum FeatureEncoding
{
    /// <summary>One number: the category's position in the list, or the number that the list gives it, as <c>LabelEncoder</c> and <c>OrdinalEncoder</c> do.</summary>
    Ordinal,

    /// <summary>A number for each category, 1 for the value's own and 0 for the others, as <c>OneHotEncoder</c> does.</summary>
    OneHot,

    /// <summary>The same without the first category, whose values are all 0, as with <c>drop='first'</c>.</summary>
    OneHotDropFirst,
}
