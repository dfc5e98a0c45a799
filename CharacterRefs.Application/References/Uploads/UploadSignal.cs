using CharacterRefs.Application.Concurrency;

namespace CharacterRefs.Application.References.Uploads;

/// <summary>Another node released pending uploads.</summary>
public sealed class UploadSignal : Signal;
