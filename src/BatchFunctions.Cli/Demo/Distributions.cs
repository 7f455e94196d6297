namespace BatchFunctions.Cli.Demo;

/// <summary>Draws from the distributions that the demo's customers follow.</summary>
internal sealed class Distributions
{
    private const int LargestCount = 64;

    private readonly double[] _cumulativePoisson = new double[LargestCount];
    private readonly double[] _noReturnOf = new double[LargestCount];
    private readonly double _returnRate;

    /// <summary>Prepares the tables.</summary>
    /// <param name="purchases">The mean of the Poisson distribution of purchases.</param>
    /// <param name="returnRate">The share of purchases that are returned.</param>
    public Distributions(double purchases, double returnRate)
    {
        _returnRate = returnRate;
        var (term, sum, none) = (Math.Exp(-purchases), 0.0, 1.0);
        for (var k = 0; k < LargestCount; k++)
        {
            sum += term;
            _cumulativePoisson[k] = sum;
            term *= purchases / (k + 1);
            _noReturnOf[k] = none;
            none *= 1 - returnRate;
        }
    }

    /// <summary>Two independent standard normal numbers: Box and Muller, "A note on the generation of random normal deviates", 1958.</summary>
    public static (double, double) TwoNormals(ref Xoshiro256 random)
    {
        var radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
        var (sine, cosine) = Math.SinCos(2 * Math.PI * random.NextDouble());
        return (radius * cosine, radius * sine);
    }

    /// <summary>Gamma with shape 2: the sum of two exponentials.</summary>
    public static double Gamma2(ref Xoshiro256 random, double scale) =>
        -scale * Math.Log((1 - random.NextDouble()) * (1 - random.NextDouble()));

    /// <summary>A Poisson number, by inversion.</summary>
    public int Purchases(ref Xoshiro256 random)
    {
        var (u, k) = (random.NextDouble(), 0);
        while (k < LargestCount - 1 && u >= _cumulativePoisson[k])
            k++;
        return k;
    }

    /// <summary>A binomial number out of <paramref name="purchases"/>, by inversion.</summary>
    public int Returns(ref Xoshiro256 random, int purchases)
    {
        var u = random.NextDouble();
        var (k, term) = (0, _noReturnOf[purchases]);
        var odds = _returnRate / (1 - _returnRate);
        while (u >= term && k < purchases)
        {
            u -= term;
            term *= odds * (purchases - k) / (k + 1);
            k++;
        }

        return k;
    }
}
