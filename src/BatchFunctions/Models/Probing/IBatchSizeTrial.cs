namespace BatchFunctions.Models.Probing;

/// <summary>What a <see cref="BatchSizeProbe"/> measures.</summary>
internal interface IBatchSizeTrial
{
    /// <summary>Scores <paramref name="rows"/> records, always the same ones, in runs of <paramref name="batchSize"/>.</summary>
    /// <returns>Whether the scores are, bit for bit, those that earlier calls gave for the same records.</returns>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Memory"/>: there is no memory for such runs; another kind: the model fails on these records.</exception>
    bool Run(int batchSize, int rows);
}
