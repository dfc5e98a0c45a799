namespace CharacterRefs.Application.Configuration;

/// <summary>A configuration variable as it was declared where it is used.</summary>
/// <param name="Name">The environment variable, which is also the key in <c>.env</c> and <c>appsettings.json</c>.</param>
/// <param name="Value">The value in force, as text; <c>null</c> when unset; a mask when secret.</param>
/// <param name="Default">The value in force when nothing is set, as text; <c>null</c> when there is none.</param>
/// <param name="Allowed">What may be set, in words.</param>
/// <param name="IsSecret">Whether the value is masked.</param>
public sealed record Setting(string Name, string? Value, string? Default, string Allowed, bool IsSecret);
