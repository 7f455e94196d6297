using System.Numerics;

namespace BatchFunctions.Expressions.Evaluation;

/// <summary><c>==</c></summary>
internal readonly struct Equal : IOrder
{
    public static bool Holds<T>(T left, T right)
        where T : unmanaged, INumber<T> => left == right;
}

/// <summary><c>!=</c></summary>
internal readonly struct NotEqual : IOrder
{
    public static bool Holds<T>(T left, T right)
        where T : unmanaged, INumber<T> => left != right;
}

/// <summary><c>&lt;</c></summary>
internal readonly struct Less : IOrder
{
    public static bool Holds<T>(T left, T right)
        where T : unmanaged, INumber<T> => left < right;
}

/// <summary><c>&lt;=</c></summary>
internal readonly struct LessOrEqual : IOrder
{
    public static bool Holds<T>(T left, T right)
        where T : unmanaged, INumber<T> => left <= right;
}

/// <summary><c>&gt;</c></summary>
internal readonly struct Greater : IOrder
{
    public static bool Holds<T>(T left, T right)
        where T : unmanaged, INumber<T> => left > right;
}

/// <summary><c>&gt;=</c></summary>
internal readonly struct GreaterOrEqual : IOrder
{
    public static bool Holds<T>(T left, T right)
        where T : unmanaged, INumber<T> => left >= right;
}
