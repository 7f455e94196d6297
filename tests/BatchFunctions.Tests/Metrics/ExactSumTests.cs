using System.Numerics;
using BatchFunctions.Metrics;
using CsCheck;

namespace BatchFunctions.Tests.Metrics;

public sealed class ExactSumTests
{
    private static readonly Gen<double> Finite = Gen.Frequency(
        (8, Gen.Long.Select(BitConverter.Int64BitsToDouble).Where(double.IsFinite)),
        (4, Gen.Double[-1, 1]),
        (1, Gen.OneOf(0.0, -0.0, double.Epsilon, -double.Epsilon, double.MaxValue, double.MinValue, 1, -1)));

    [Fact]
    public void A_sum_is_the_integer_sum_of_its_terms() =>
        Finite.Array[0, 3000].Sample(
            terms =>
            {
                var sum = new ExactSum();
                BigInteger expected = 0;
                foreach (double term in terms)
                {
                    sum.Add(term);
                    expected += Integer(term);
                }

                Assert.Equal(expected, sum.ToInteger());
            },
            iter: 100);

    [Fact]
    public void Terms_added_together_give_the_same_as_one_by_one() =>
        Gen.OneOf(Finite.Array[0, 700], Gen.Double[-100, 100].Array[0, 700], Gen.Float[0, 1].Select(f => (double)f).Array[0, 700], Gen.OneOf(Gen.Double[-1, 1], Gen.OneOf(1E300, -1E300, 1E100, 5E-324)).Array[0, 700]).Sample(
            terms =>
            {
                var sum = new ExactSum();
                sum.Add(terms);

                Assert.Equal(Sum(terms).ToInteger(), sum.ToInteger());
            },
            iter: 300);

    [Fact]
    public void Squares_added_together_give_the_same_as_one_by_one() =>
        Gen.OneOf(Gen.Double[-100, 100], Gen.Double[-2E150, 2E150], Gen.Double[-1E-145, 1E-145], Gen.Double[-1E-155, 1E-155], Gen.OneOf(0.0, 1, 1E-151, 5E-324)).Array[0, 700].Sample(
            numbers =>
            {
                ExactSum one = new(), all = new();
                foreach (double number in numbers)
                    one.AddSquare(number);
                all.AddSquares(numbers);

                Assert.Equal(one.ToInteger(), all.ToInteger());
            },
            iter: 300);

    [Fact]
    public void Adding_allocates_nothing()
    {
        var sum = new ExactSum();
        double[] terms = [.. Enumerable.Range(0, 1000).Select(i => i / 7.0)];

        Assert.Equal(0, Allocations.Least(() =>
        {
            sum.Add(terms);
            sum.AddSquares(terms);
        }));
    }

    [Fact]
    public void Grouping_and_text_in_between_change_nothing() =>
        Gen.Select(Finite.Array[0, 200], Gen.Int[0, 200]).Sample(
            (terms, cut) =>
            {
                cut = Math.Min(cut, terms.Length);
                ExactSum whole = Sum(terms), right = Sum(terms[cut..]), left = ExactSum.Parse(Sum(terms[..cut]).ToString());
                right.Add(left);

                Assert.Equal(whole.ToString(), right.ToString());
                Assert.Equal(whole.ToInteger(), right.ToInteger());
                Assert.Equal(whole.ToInteger(), ExactSum.Parse(whole.ToString()).ToInteger());
            },
            iter: 300);

    [Fact]
    public void Millions_of_the_largest_terms_do_not_overflow()
    {
        var sum = new ExactSum();
        for (int i = 0; i < 1_000_000; i++)
            sum.Add(double.MinValue);

        Assert.Equal(Integer(double.MinValue) * 1_000_000, sum.ToInteger());
    }

    [Fact]
    public void Squares_are_exact()
    {
        var sum = new ExactSum();
        sum.AddSquare(0.1);
        sum.AddSquare(-1e150);
        sum.AddSquare(1e-200);

        Assert.Equal(((Integer(0.1) * Integer(0.1)) + (Integer(1e150) * Integer(1e150))) >> 1074, sum.ToInteger());
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void What_is_not_finite_is_refused(double term)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ExactSum().Add(term));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ExactSum().Add([1, 2, term]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ExactSum().AddSquares([1, 2, term]));
    }

    [Theory]
    [InlineData(0, "0x0p0")]
    [InlineData(1, "0x1p0")]
    [InlineData(-1.5, "-0x3p-1")]
    [InlineData(double.Epsilon, "0x1p-1074")]
    [InlineData(80, "0x5p4")]
    public void A_sum_has_one_spelling(double term, string text) => Assert.Equal(text, Sum([term]).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("0xp0")]
    [InlineData("0x1p-1075")]
    [InlineData("0xffffffffffffffffp1100")]
    [InlineData("0x-1p0")]
    public void Text_that_is_no_sum_is_refused(string text) => Assert.Throws<FormatException>(() => ExactSum.Parse(text));

    [Fact]
    public void A_quotient_is_rounded_once() =>
        Gen.Select(Gen.Long, Gen.Long[1, long.MaxValue]).Sample((a, b) =>
        {
            // Numbers of 53 bits are doubles, and IEEE 754 rounds their quotient once.
            double x = a >> 11, y = Math.Max(1, b >> 11);
            Assert.Equal(x / y, ExactMath.Quotient((BigInteger)x, (BigInteger)y, 0));
            Assert.Equal(x / y / 1024, ExactMath.Quotient((BigInteger)x, (BigInteger)y, -10));
        });

    private static ExactSum Sum(IEnumerable<double> terms)
    {
        var sum = new ExactSum();
        foreach (double term in terms)
            sum.Add(term);
        return sum;
    }

    // A double in units of 2^-1074.
    private static BigInteger Integer(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        int exponent = (int)(bits >> 52) & 0x7FF;
        BigInteger mantissa = (bits & ((1L << 52) - 1)) | (exponent == 0 ? 0 : 1L << 52);
        return (bits < 0 ? -mantissa : mantissa) << (Math.Max(exponent, 1) - 1);
    }
}
