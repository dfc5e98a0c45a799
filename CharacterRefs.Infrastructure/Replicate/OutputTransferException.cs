namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>The output broke off or is too long. A separate type, so that it is never mistaken for a failure of the receiver's disk.</summary>
internal sealed class OutputTransferException(AttemptEnd end, string message) : Exception(message)
{
    /// <summary>How the transfer ended.</summary>
    public AttemptEnd End { get; } = end;
}
