namespace CharacterRefs.Infrastructure.Replicate.Wire;

/// <summary>One page of the account's predictions, newest first.</summary>
/// <param name="Results">At most 100.</param>
/// <param name="Next">Absolute URL of the next page; <c>null</c> on the last.</param>
internal sealed record PredictionPage(IReadOnlyList<Prediction>? Results, string? Next);
