namespace CharacterRefs.Tests.Support.Replicate;

/// <summary>One look at a prediction.</summary>
internal sealed record PredictionState(string Status, bool HasOutput = false, string? Error = null)
{
    public bool IsTerminal => Status is "succeeded" or "failed" or "canceled" or "aborted";
}
