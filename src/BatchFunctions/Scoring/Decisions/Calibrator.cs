using BatchFunctions.Data;
using BatchFunctions.Pipelines;

namespace BatchFunctions.Scoring.Decisions;

/// <summary>Makes calibrated probabilities of scores.</summary>
internal abstract class Calibrator
{
    /// <summary>Makes the calibrator of a definition, or none.</summary>
    /// <param name="definition">The definition, or null.</param>
    /// <param name="model">The model's name for messages.</param>
    public static Calibrator? Create(CalibrationDefinition? definition, string model) => definition switch
    {
        { Platt: { } platt } => new CurveCalibrator<PlattCurve>(new PlattCurve(platt), model),
        { Isotonic: { } isotonic } => new CurveCalibrator<IsotonicCurve>(new IsotonicCurve(isotonic), model),
        { Temperature: { } temperature } => new CurveCalibrator<TemperatureCurve>(new TemperatureCurve(temperature), model),
        _ => null,
    };

    /// <summary>Fills <paramref name="probabilities"/> for <paramref name="scores"/>, which is of the same type and length.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: a score is no probability and the calibration needs them.</exception>
    public abstract void Calibrate(Column scores, Column probabilities);
}
