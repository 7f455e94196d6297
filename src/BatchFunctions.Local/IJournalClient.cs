namespace BatchFunctions.Local;

/// <summary>Whom the engine's thread works for. Called on the thread.</summary>
internal interface IJournalClient
{
    /// <summary>Whether there is something to write besides what waits.</summary>
    bool HasNews { get; }

    /// <summary>Writes that, within the transaction at hand.</summary>
    void WriteNews(Journal journal);

    /// <summary>Called when a transaction was delivered and before the thread waits for more.</summary>
    void EndRound();

    /// <summary>Called when the journal cannot be written any more.</summary>
    void Die(BatchFunctionsException failure);
}
