using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace CharacterRefs.Infrastructure.Catalog.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class AddExtraOutputs : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "ExtraOutputs",
                table: "generation_slots",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "ExtraOutputs",
                table: "generation_slots");
        }
    }
}
