using CharacterRefs.Application.Concurrency;

namespace CharacterRefs.Application.References.Uploads;

/// <summary>Another node gave pending uploads back.</summary>
public sealed class UploadSignal : Signal;
