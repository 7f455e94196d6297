namespace BatchFunctions.Tables;

/// <summary>Where analysts query a table.</summary>
public enum SqlDialect
{
    /// <summary>Azure Synapse serverless SQL.</summary>
    Synapse,

    /// <summary>Microsoft Fabric: Spark SQL in a lakehouse.</summary>
    Fabric,

    /// <summary>Databricks SQL.</summary>
    Databricks,

    /// <summary>DuckDB with its delta extension.</summary>
    DuckDb,
}
