namespace BatchFunctions.Cli.Demo;

/// <summary>
/// Makes customers as CSV files: the same number and the same seed give the same bytes. About one record in a thousand is broken on
/// purpose. The distributions are those that the sample model was trained on: <c>samples/churn/train.py</c>.
/// </summary>
internal static class CustomerGenerator
{
    /// <summary>The number of records in a file at most.</summary>
    public const int RowsPerFile = 125_000;

    private const int FaultOneIn = 1000;

    private static readonly Distributions OfCustomers = new(purchases: 12, returnRate: 0.1);

    /// <summary>Makes <paramref name="rows"/> customers in <paramref name="folder"/>, which appears when it is complete.</summary>
    public static async Task GenerateAsync(string folder, int rows, ulong seed, CancellationToken cancellationToken)
    {
        var unfinished = $"{folder}.{Environment.ProcessId}.unfinished";
        Directory.CreateDirectory(unfinished);
        try
        {
            var files = (rows + RowsPerFile - 1) / RowsPerFile;
            await Parallel.ForAsync(0, files, cancellationToken, (file, token) =>
            {
                var first = file * RowsPerFile;
                WriteFile(Path.Combine(unfinished, FormattableString.Invariant($"customers-{file:D4}.csv")), first, Math.Min(RowsPerFile, rows - first), seed, token);
                return ValueTask.CompletedTask;
            });
            Directory.Move(unfinished, folder);
        }
        catch
        {
            Directory.Delete(unfinished, recursive: true);
            throw;
        }
    }

    private static void WriteFile(string path, int first, int count, ulong seed, CancellationToken cancellationToken)
    {
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        var lines = new Utf8Lines(file);
        var random = new Xoshiro256(seed, (ulong)first);
        lines.Text("user_id,age,income,credit_score,num_purchases,account_age_days,avg_transaction,num_returns,is_premium,region,category_preference"u8);
        lines.EndLine();
        for (var i = 0; i < count; i++)
        {
            if ((i & 0xFFF) == 0)
                cancellationToken.ThrowIfCancellationRequested();
            WriteCustomer(lines, first + i + 1, ref random);
        }

        lines.Flush();
    }

    private static void WriteCustomer(Utf8Lines lines, int number, ref Xoshiro256 random)
    {
        var customer = Customer.Draw(OfCustomers, ref random);
        var fault = random.NextInt(FaultOneIn) == 0 ? (Fault)(1 + random.NextInt((int)Fault.RecordHasExtraField)) : Fault.None;

        lines.Number(number);
        lines.Byte((byte)',');
        if (fault == Fault.AgeIsText)
            lines.Text("thirty"u8);
        else
            lines.Number(fault == Fault.AgeIsOffTheScale ? customer.Age + 900 : customer.Age);
        lines.Byte((byte)',');
        if (customer.IncomeCents is { } cents)
            lines.Hundredths(cents);
        lines.Byte((byte)',');
        if (fault != Fault.CreditScoreIsMissing)
            lines.Number(fault == Fault.CreditScoreIsOffTheScale ? -customer.CreditScore : customer.CreditScore);
        lines.Byte((byte)',');
        lines.Number(customer.Purchases);
        if (fault != Fault.RecordIsCutShort)
            WriteRest(lines, customer, fault);
        lines.EndLine();
    }

    private static void WriteRest(Utf8Lines lines, in Customer customer, Fault fault)
    {
        lines.Byte((byte)',');
        if (fault != Fault.AccountAgeIsMissing)
            lines.Number(customer.AccountAgeDays);
        lines.Byte((byte)',');
        if (fault == Fault.TransactionIsNegative)
            lines.Byte((byte)'-');
        lines.Hundredths(Math.Max(1, customer.TransactionCents));
        lines.Byte((byte)',');
        lines.Number(customer.Returns);
        lines.Byte((byte)',');
        lines.Text(fault == Fault.PremiumIsText ? "perhaps"u8 : customer.IsPremium ? "true"u8 : "false"u8);
        lines.Byte((byte)',');
        lines.Text(fault == Fault.RegionIsUnknown ? "atlantis"u8 : Customer.RegionName(customer.Region));
        lines.Byte((byte)',');
        if (fault != Fault.CategoryIsMissing)
            lines.Text(Customer.CategoryName(customer.Category));
        if (fault == Fault.RecordHasExtraField)
            lines.Text(",surplus"u8);
    }
}
