namespace BatchFunctions.Data.Text;

/// <summary>One way through a text: the state reached and the records that ended on the way.</summary>
internal struct BoundaryLane(BoundaryState state, long records)
{
    public BoundaryState State = state;
    public long Records = records;
}
