using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Jobs.Sets;

/// <summary>The outcome of one file of a transfer.</summary>
/// <param name="Value">The result; the default of its type when the file failed.</param>
/// <param name="Error">Why the file failed; <c>null</c> when it did not.</param>
internal sealed record TransferOutcome<TFile, T>(TFile File, T? Value, Error? Error);
