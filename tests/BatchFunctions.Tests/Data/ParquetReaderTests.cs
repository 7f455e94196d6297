using BatchFunctions.Data;

namespace BatchFunctions.Tests.Data;

public sealed class ParquetReaderTests : IDisposable
{
    // Each column once without nulls and once with; few and many different values, so that writers choose dictionaries and plain pages.
    private const string Everything = """
        SELECT
          i % 2 = 0 AS flag, CASE WHEN i % 7 = 3 THEN NULL ELSE i % 3 = 0 END AS flag_n,
          (i % 100 - 50)::TINYINT AS i8, (i % 250)::UTINYINT AS u8, (i - 1000)::SMALLINT AS i16, (i * 3)::USMALLINT AS u16,
          (i * 7919 % 1000003 - 500000)::INTEGER AS i32, CASE WHEN i % 5 = 0 THEN NULL ELSE (i % 10)::INTEGER END AS i32_n,
          (4294967295 - i)::UINTEGER AS u32, (i * 1000000007)::BIGINT AS i64, CASE WHEN i % 2 = 0 THEN NULL ELSE (i % 20)::BIGINT END AS i64_n,
          (i * 12345678901)::UBIGINT AS u64,
          (i / 3.0)::FLOAT AS f32, CASE WHEN i % 11 = 0 THEN NULL ELSE (i % 13 / 4.0)::FLOAT END AS f32_n,
          (i / 7.0)::DOUBLE AS f64, CASE WHEN i % 3 = 0 THEN NULL ELSE (i % 17 / 8.0)::DOUBLE END AS f64_n,
          (i / 100.0 - 5)::DECIMAL(9, 2) AS d9, (i * 1000003 / 1000.0)::DECIMAL(18, 3) AS d18,
          CASE WHEN i % 4 = 1 THEN NULL ELSE (-i * 10000000019 / 10000.0)::DECIMAL(30, 4) END AS d30_n,
          DATE '1960-01-01' + (i * 13 % 40000)::INTEGER AS day, CASE WHEN i % 6 = 0 THEN NULL ELSE DATE '2020-02-28' + (i % 3)::INTEGER END AS day_n,
          TIMESTAMP '1950-01-01 00:00:00.000001' + to_microseconds(i * 86400000123) AS at,
          CASE WHEN i % 8 = 2 THEN NULL ELSE TIMESTAMPTZ '2024-01-01 00:00:00+00' + to_seconds(i % 50) END AS at_n,
          'CUST_' || lpad(i::VARCHAR, 6, '0') AS id, CASE WHEN i % 9 = 0 THEN NULL WHEN i % 9 = 1 THEN '' ELSE 'größe ' || (i % 4) || '€😀' END AS text_n,
          NULL::INTEGER AS none, CASE WHEN i = ROWS / 2 THEN 1 END AS almost_none
        FROM range(ROWS) t(i)
        """;

    private readonly ParquetFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("COMPRESSION uncompressed")]
    [InlineData("COMPRESSION snappy")]
    [InlineData("COMPRESSION gzip")]
    [InlineData("COMPRESSION zstd")]
    [InlineData("COMPRESSION brotli")]
    [InlineData("COMPRESSION lz4_raw")]
    [InlineData("COMPRESSION uncompressed, PARQUET_VERSION V2")]
    [InlineData("COMPRESSION snappy, PARQUET_VERSION V2")]
    [InlineData("COMPRESSION zstd, PARQUET_VERSION V2, DICTIONARY_SIZE_LIMIT 1")]
    [InlineData("COMPRESSION zstd, DICTIONARY_SIZE_LIMIT 1")]
    public async Task Files_of_another_writer_give_the_values_that_it_wrote(string options)
    {
        foreach (int rows in (int[])[1, 7, 5000])
        {
            string select = Everything.Replace("ROWS", rows.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
            SourceFile file = await _folder.CopyAsync(select, options + ", ROW_GROUP_SIZE 2048");

            List<string> expected = _folder.Query(select);
            List<string> actual = await _folder.ReadAsync(file);

            Assert.Equal(expected, actual);
        }
    }
}
