namespace BatchFunctions.Cli.Demo;

/// <summary>One customer, on the stack.</summary>
internal readonly struct Customer
{
    private const int Regions = 8;
    private const int Categories = 12;

    public required int Age { get; init; }

    public required long? IncomeCents { get; init; }

    public required int CreditScore { get; init; }

    public required int Purchases { get; init; }

    public required int AccountAgeDays { get; init; }

    public required long TransactionCents { get; init; }

    public required int Returns { get; init; }

    public required bool IsPremium { get; init; }

    public required int Region { get; init; }

    public required int Category { get; init; }

    /// <summary>Draws a customer.</summary>
    public static Customer Draw(Distributions distributions, ref Xoshiro256 random)
    {
        var (forIncome, forCredit) = Distributions.TwoNormals(ref random);
        var purchases = distributions.Purchases(ref random);
        return new Customer
        {
            Age = 18 + random.NextInt(62),
            IncomeCents = random.NextDouble() < 0.01 ? null : (long)Math.Round(100 * Math.Exp(10.8 + (0.55 * forIncome))),
            CreditScore = (int)Math.Clamp(Math.Round(680 + (80 * forCredit)), 300, 850),
            Purchases = purchases,
            AccountAgeDays = 1 + random.NextInt(3649),
            TransactionCents = (long)Math.Round(100 * Distributions.Gamma2(ref random, 40)),
            Returns = distributions.Returns(ref random, purchases),
            IsPremium = random.NextDouble() < 0.3,
            Region = random.NextInt(Regions),
            Category = random.NextInt(Categories),
        };
    }

    /// <summary>A region's name.</summary>
    public static ReadOnlySpan<byte> RegionName(int region) => region switch
    {
        0 => "north"u8,
        1 => "north_east"u8,
        2 => "east"u8,
        3 => "south_east"u8,
        4 => "south"u8,
        5 => "south_west"u8,
        6 => "west"u8,
        _ => "north_west"u8,
    };

    /// <summary>A category's name.</summary>
    public static ReadOnlySpan<byte> CategoryName(int category) => category switch
    {
        0 => "automotive"u8,
        1 => "beauty"u8,
        2 => "books"u8,
        3 => "clothing"u8,
        4 => "electronics"u8,
        5 => "garden"u8,
        6 => "groceries"u8,
        7 => "health"u8,
        8 => "home"u8,
        9 => "music"u8,
        10 => "sports"u8,
        _ => "toys"u8,
    };
}
