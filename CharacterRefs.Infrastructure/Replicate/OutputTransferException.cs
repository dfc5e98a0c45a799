namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>The output stopped coming or is too long. A type of its own, so that it is never taken for a failure of the receiver's disk.</summary>
internal sealed class OutputTransferException(AttemptEnd end, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Which of the two.</summary>
    public AttemptEnd End { get; } = end;
}
