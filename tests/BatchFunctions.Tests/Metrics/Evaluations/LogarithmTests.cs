using System.Runtime.Intrinsics;
using BatchFunctions.Metrics.Evaluations;
using CsCheck;

namespace BatchFunctions.Tests.Metrics.Evaluations;

public sealed class LogarithmTests
{
    [Fact]
    public void It_is_the_logarithm() =>
        Gen.OneOf(Gen.Double[1E-7, 1], Gen.Double[0.999, 1.001], Gen.Double[0, 1000], Gen.Double[-700, 700].Select(Math.Exp)).Where(x => x > 1E-300).Sample(
            x => Assert.Equal(0, (Of(x) - Math.Log(x)) / Math.Max(1, Math.Abs(Math.Log(x))), 1E-15),
            iter: 20_000);

    // Worked out apart, in binary64 without fused operations: what every machine must give.
    [Theory]
    [InlineData(1, 0)]
    [InlineData(0.5, 0xBFE62E42FEFA39EF)]
    [InlineData(0.1, 0xC0026BB1BBB55515)]
    [InlineData(0.9, 0xBFBAF8E8210A415C)]
    [InlineData(0.30000001192092896, 0xBFF34378F212FC79)]
    [InlineData(0.7071067811865475, 0xBFD62E42FEFA39F1)]
    [InlineData(0.7071067811865476, 0xBFD62E42FEFA39EE)]
    [InlineData(0.9999998807907104, 0xBE80000010000015)]
    [InlineData(1.1920928955078125E-07, 0xC02FE2804E87B348)]
    [InlineData(2.220446049250313E-16, 0xC04205966F2B4F12)]
    public void Its_last_bit_is_the_same_on_every_machine(double x, ulong bits) => Assert.Equal(bits, BitConverter.DoubleToUInt64Bits(Of(x)));

    [Fact]
    public void Every_lane_is_on_its_own()
    {
        Vector256<double> logs = Logarithm.Of(Vector256.Create(0.1, 0.5, 0.9, 1E-7));

        Assert.Equal([Of(0.1), Of(0.5), Of(0.9), Of(1E-7)], [logs[0], logs[1], logs[2], logs[3]]);
    }

    private static double Of(double x) => Logarithm.Of(Vector256.Create(x))[0];
}
