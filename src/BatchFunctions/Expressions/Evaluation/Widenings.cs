namespace BatchFunctions.Expressions.Evaluation;

/// <summary>Whole numbers, and dates as days.</summary>
internal readonly struct IntToLong : IWidening<int, long>
{
    public static long Widen(int value) => value;
}

/// <summary>Floating-point numbers.</summary>
internal readonly struct FloatToDouble : IWidening<float, double>
{
    public static double Widen(float value) => value;
}

/// <summary>Whole numbers among floating-point ones.</summary>
internal readonly struct LongToDouble : IWidening<long, double>
{
    public static double Widen(long value) => value;
}

/// <summary>Whole numbers among decimals.</summary>
internal readonly struct LongToDecimal : IWidening<long, decimal>
{
    public static decimal Widen(long value) => value;
}

/// <summary>Decimals among floating-point numbers.</summary>
internal readonly struct DecimalToDouble : IWidening<decimal, double>
{
    public static double Widen(decimal value) => DecimalRounding.ToDouble(value);
}

/// <summary>Dates among timestamps: days as microseconds.</summary>
internal readonly struct DaysToMicroseconds : IWidening<long, long>
{
    public static long Widen(long value) => value * TimeSpan.MicrosecondsPerDay;
}
